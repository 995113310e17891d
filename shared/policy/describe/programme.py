"""
A programme in plain Chinese, as a person wants to read it: every rule with its source.

Prints what is there and judges nothing; a part that a programme lacks is not printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shared.policy.describe import phrases
from shared.policy.directory import Directory
from shared.policy.directory_file import Kind
from shared.policy.parts.alerts import CAUSES as CAUSES_OF_COLOURS
from shared.policy.parts.alerts import AlertColours
from shared.policy.parts.bodies import BodyKind
from shared.policy.parts.closing import Closing
from shared.policy.parts.duties import Vocabulary
from shared.policy.parts.escalation import Supervision, SupervisionStep
from shared.policy.parts.leaders import flag_name
from shared.policy.parts.reports import DutyList, ReportSchedule, Tally
from shared.policy.parts.routes import Route
from shared.policy.parts.targets import Baseline, Milestone
from shared.policy.parts.words import TITLES, CaseClass
from shared.policy.programme import Programme
from shared.vocabulary import AlertLevel, Category, Disposition, Remedy


def describe(programme: Programme, directory: Directory, vocabulary: Vocabulary) -> str:
    """
    The whole programme, a line a rule; *vocabulary* names the facts in Chinese.
    """
    kind = directory.office(programme.hub).kind
    parts = (
        _head(programme, directory),
        _targets(programme),
        _leading(programme, kind),
        _duties(programme, vocabulary),
        _office_work(programme, kind),
        _supervising(programme),
        _closing(programme.closing),
        _procedures(programme, kind),
        _remarks(programme),
    )
    return "\n".join(line for part in parts for line in part)


def _head(programme: Programme, directory: Directory) -> Iterator[str]:
    root = directory.office(programme.offices_root).name
    hub = directory.office(programme.hub).name
    window = programme.window
    until = "长期" if window.to == date.max else f"至 {window.to}"
    yield f"{programme.title}（{programme.code}）"
    yield f"期限：{window.from_} {until}"
    below = phrases.called("所属各院", directory.office(programme.hub).kind)
    yield f"范围：{root}及{below}；牵头：{hub}{programme.hub_department}"
    if programme.everyday_from:
        yield f"日常交办：{programme.everyday_from} 以后产生的重复信访"
    yield "依据："
    for document in programme.documents:
        issued = f"（{document.issued_on}印发）" if document.issued_on else ""
        yield f"  {document.issuer}《{document.title}》{document.number}{issued}"
    for rule_set in programme.law:
        state = "" if rule_set.enabled else "（未启用）"
        yield f"  规则集 {rule_set.id} {rule_set.title}{state}〔{rule_set.source}〕"
    yield from _listed(
        "阶段",
        (f"{p.name} {p.from_} 至 {p.to}〔{p.source}〕" for p in programme.phases),
    )


def _targets(programme: Programme) -> Iterator[str]:
    yield from _listed(
        "目标", (_target(milestone) for milestone in programme.milestones)
    )
    for baseline in programme.baselines:
        yield f"基数：{_baseline(baseline)}〔{baseline.source}〕"
        for milestone in baseline.milestones:
            yield f"  {_target(milestone)}"
    clauses = programme.scope.clauses
    yield from _listed("治理范围", (f"{c.id} {c.text}〔{c.source}〕" for c in clauses))
    automatic = programme.cases_from_petitions
    yield from _listed("登记即立案", (f"{r.title}〔{r.source}〕" for r in automatic))
    yield from _listed("分流去向", map(_route, programme.routes))
    if rules := programme.progress_only:
        words = programme.words["case_kind"]
        titles = [word.title for word in words if word.id in rules.case_kinds]
        titles += [Category(each).chinese for each in rules.categories]
        yield f"只报进展、不报内容：{'、'.join(titles)}〔{rules.source}〕"
    for fact, title in TITLES.items():
        words = programme.words[fact]
        listed = (f"{w.id} {w.title}〔{w.source}〕" for w in words if w.source)
        yield from _listed(title, listed)
    classes = (_case_class(each, programme) for each in programme.case_classes)
    yield from _listed("案件分类", classes)


def _case_class(each: CaseClass, programme: Programme) -> str:
    measure = f"：{programme.act(each.measure).title}" if each.measure else ""
    return f"{each.id} {each.title}{measure}〔{each.source}〕"


def _route(route: Route) -> str:
    goes_to = route.organ or route.department
    return f"{route.id} {goes_to}：{route.reason}〔{route.source}〕"


def _leading(programme: Programme, kind: Kind) -> Iterator[str]:
    yield from _listed(
        "包案",
        (
            f"{r.id} {phrases.leader_rule(r, kind, programme.words)}〔{r.source}〕"
            for r in programme.leader_rules
        ),
    )
    for able in programme.eligible_leaders:
        flags = "、".join(flag_name(flag, kind) for flag in able.flags)
        tier = phrases.VALUES["office_level"][able.level]
        yield f"  可以包案、办案（{tier}）：{flags}〔{able.source}〕"
    for floor in programme.leader_floors:
        yield f"  {floor.title}〔{floor.source}〕"
    for target in programme.leader_targets:
        yield f"  {target.title}：{target.percent}%〔{target.source}〕"
    fields = programme.mandatory_fields
    yield from _listed("逐案明确", (f"{f.title}〔{f.source}〕" for f in fields))
    for duty_list in programme.duty_lists:
        yield from _duty_list(duty_list)
    for role in programme.cross_area:
        phrase = f"{role.unit}：{role.duty}{phrases.old_word(role.tooltip)}"
        yield f"跨区域分工：{phrase}〔{role.source}〕"


def _duties(programme: Programme, vocabulary: Vocabulary) -> Iterator[str]:
    rules = (
        f"{duty.id} {phrases.duty_rule(duty, programme, vocabulary)}"
        for duty in programme.duties
    )
    yield from _listed("职责", rules)
    refusals = (f"{r.id} {r.title}〔{r.source}〕" for r in programme.refusals)
    yield from _listed("不予受理的理由", refusals)
    for rule_set in programme.law:
        rules = (
            f"{duty.id} {phrases.duty_rule(duty, programme, vocabulary)}"
            for duty in rule_set.duties
        )
        yield from _listed(f"依{rule_set.title}的职责", rules)
        refusals = (f"{r.id} {r.title}〔{r.source}〕" for r in rule_set.refusals)
        yield from _listed(f"依{rule_set.title}不予受理的理由", refusals)
        verdicts = (f"{v.id} {v.title}〔{v.source}〕" for v in rule_set.verdicts)
        yield from _listed(f"依{rule_set.title}的处理意见", verdicts)
        if group := rule_set.group_visits:
            channels = programme.words["channel"]
            by = "、".join(w.title for w in channels if w.id in group.channels)
            yield (
                f"  {group.from_} 人以上{by}为集体访，推选代表不超过"
                f" {group.representatives} 人〔{group.source}〕"
            )
        for limit in rule_set.limits:
            words = phrases.limit_words(limit.limit)
            yield f"  {limit.id} {limit.title}，{words}〔{limit.source}〕"


def _office_work(programme: Programme, kind: Kind) -> Iterator[str]:
    if programme.batch_kinds:
        kinds = (f"{b.title}〔{b.source}〕" for b in programme.batch_kinds)
        yield from _listed("交办", kinds)
    drives = (f"{d.title}（{d.days}天）〔{d.source}〕" for d in programme.drives)
    yield from _listed("集中活动", drives)
    if programme.objections:
        objections = programme.objections
        dispute = (
            f"，有争议的提请{objections.dispute_to}" if objections.dispute_to else ""
        )
        within = phrases.limit_words(objections.limit)
        yield f"  异议：{within}内退回并说明理由{dispute}〔{objections.source}〕"
    yield from _listed(
        "定期报告", (_schedule(schedule) for schedule in programme.report_schedules)
    )
    reports = (
        f"{p.title}：{'、'.join(p.heads) or '（自拟）'}〔{p.source}〕"
        for p in programme.reports
    )
    yield from _listed("报告文本", reports)
    for roster in programme.rosters:
        flags = "、".join(flag_name(flag, kind) for flag in roster.flags)
        at_least = f"，每年不少于{roster.times_a_year}次" if roster.times_a_year else ""
        phrase = f"{phrases.EVERY[roster.every]}由{flags}在{roster.place}值守{at_least}"
        yield f"接访：{roster.title}，{phrase}〔{roster.source}〕"
    acts = (
        f"{a.title}{'：' * bool(a.kinds)}{'、'.join(a.kinds)}"
        f"{phrases.old_word(a.tooltip)}〔{a.source}〕"
        for a in programme.acts
    )
    yield from _listed("留痕事项", acts)
    yield from _listed(
        "第三方（经信访人同意，只记身份）",
        (f"{party.title}〔{party.source}〕" for party in programme.third_parties),
    )
    if programme.plan:
        approver = {"leader": "包案领导", "chief": "主要领导"}[programme.plan.approver]
        yield f"化解方案：由{approver}批准〔{programme.plan.source}〕"
    yield from _listed("组织和人员", map(_body, programme.bodies))
    yield from _listed("统计", map(_tally, programme.tallies))


def _tally(tally: Tally) -> str:
    often = f"，{tally.at_least}次以上的" if tally.at_least else ""
    return f"{tally.title}（{phrases.SHOWN[tally.show]}{often}）〔{tally.source}〕"


def _body(body: BodyKind) -> str:
    roles = "、".join(role.title for role in body.roles)
    telephone = "，留值班电话" if body.telephone else ""
    return (
        f"{body.title}（{phrases.WHO[body.of]}）：{roles}{telephone}〔{body.source}〕"
    )


def _supervising(programme: Programme) -> Iterator[str]:
    yield f"三色预警：{_alerts(programme.alerts)}〔{programme.alerts.source}〕"
    supervision = programme.supervision
    if supervision is None:
        return
    yield f"督办：〔{supervision.source}〕"
    for step in supervision.steps:
        only = "、".join(programme.duty_rule(kind).title for kind in step.duties)
        only = f"（限于：{only}）" if only else ""
        yield f"  {step.title}：{_step(step, supervision)}{only}〔{step.source}〕"
    for threshold in supervision.thresholds:
        yield f"  督查对象：{threshold.title}〔{threshold.source}〕"
    hours = supervision.office_hours
    yield f"  通知在 {hours.from_} 至 {hours.to} 之间合并发出〔{hours.source}〕"


def _alerts(colours: AlertColours) -> str:
    return "；".join(
        f"{level.chinese} {'、'.join(CAUSES_OF_COLOURS[c] for c in causes)}"
        for level in AlertLevel
        if (causes := colours.causes(level))
    )


def _closing(closing: Closing) -> Iterator[str]:
    version = f"（标准版本：{closing.version}）" if closing.version else ""
    yield f"报结审核{version}："
    for item in closing.checklist:
        need = "必须" if item.mandatory else "可选"
        yield f"  {item.id} {item.text}（{need}）〔{item.source}〕"
        if item.documents:
            yield f"    由这些材料证明：{'、'.join(item.documents)}"
    yield from _evidence(closing)
    for route in closing.routes:
        signers = "→".join(signer.title for signer in route.signers)
        yield f"  签批 {route.title}：{signers}〔{route.source}〕"
    if closing.ending:
        levels = "→".join(level.title for level in closing.ending.levels)
        yield f"  终结逐级决定：{levels}〔{closing.ending.source}〕"
    yield from _after_closing(closing)
    for reason in closing.return_reasons:
        yield f"  退回理由：{reason.text}〔{reason.source}〕"


def _after_closing(closing: Closing) -> Iterator[str]:
    if closing.watch:
        days = closing.watch.days
        sentence = f"化解后观察{days}天，再次来件的重启" if days else "化解后不设观察期"
        yield f"  {sentence}〔{closing.watch.source}〕"
    if closing.look_back:
        looked_at = (*closing.look_back.links, *closing.look_back.faults)
        titles = "、".join(each.title for each in looked_at)
        yield f"  反向审视：{titles}〔{closing.look_back.source}〕"
    if closing.audit:
        audit = closing.audit
        share = f"每期按百分之{audit.percent}抽取，至少{audit.least}件"
        yield f"  报结评查：{share}〔{audit.source}〕"
    for cause in closing.inquiry_causes:
        yield f"  倒查原因：{cause.title}〔{cause.source}〕"


def _evidence(closing: Closing) -> Iterator[str]:
    for rule in closing.dispositions:
        head = Disposition(rule.id).chinese
        yield f"  评判为“{head}”的须有记录或材料证明〔{rule.source}〕"
    for measure in closing.measures:
        title = Remedy(measure.id).chinese
        yield f"  采取“{title}”的须有办理记录〔{measure.source}〕"
    for packet in closing.packets:
        documents = "、".join(packet.documents)
        yield f"  材料{packet.id} {packet.title}：{documents}〔{packet.source}〕"


def _procedures(programme: Programme, kind: Kind) -> Iterator[str]:
    hearing, aid = programme.hearing, programme.aid
    yield (
        f"听证：提前{phrases.limit_words(hearing.notice)}通知，"
        f"听证员{hearing.members_min}至{hearing.members_max}人"
        f"{'、单数' if hearing.members_odd else ''}"
        f"{'、在本单位听证室（其他地点经批准）' if hearing.rooms else ''}"
        f"〔{hearing.source}〕"
    )
    for subject in hearing.subjects:
        public = "公开" if subject.public else "不公开"
        yield f"  {subject.title}：一般{public}〔{subject.source}〕"
    yield (
        f"司法救助：{phrases.limit_words(aid.approval)}内决定，"
        f"不超过{aid.cap_months}个月的月平均工资〔{aid.source}〕"
    )
    if earlier := aid.earlier_wage:
        yield (
            f"上一年度的月平均工资公布前，至{earlier.through_month}月底"
            f"可按再上一年度的计算〔{earlier.source}〕"
        )
    for wage in aid.example_wages:
        area = f"{wage.office_prefix} 开头各院"
        yield f"  {area} {wage.year}年 {wage.yuan}元（{wage.source}，不能据以决定）"
    upward = "、".join(programme.returns.recipients)
    route = phrases.called(f"牵头院报 {upward}，其余各院报上一级院", kind)
    yield f"报送：{route}〔{programme.returns.source}〕"


def _remarks(programme: Programme) -> Iterator[str]:
    points = (f"{remark.id} {remark.text}" for remark in programme.resolutions)
    yield from _listed("文件未明之处的处理", points)
    omitted = (
        f"{remark.id} {remark.why}{f'（见{remark.where}）' if remark.where else ''}"
        for remark in programme.left_out
    )
    yield from _listed("不在本文件中的要求", omitted)


def _listed(title: str, lines: Iterator[str]) -> Iterator[str]:
    """
    A heading with its lines, and no heading without any.
    """
    listed = tuple(lines)
    if listed:
        yield f"{title}："
        yield from (f"  {line}" for line in listed)


def _target(milestone: Milestone) -> str:
    target = "全部化解"
    if milestone.percent < 100:
        target = f"化解率 {milestone.percent}% 以上"
    implied = "（推定）" if milestone.implied else ""
    return f"{milestone.on} {target}{implied}〔{milestone.source}〕"


def _baseline(baseline: Baseline) -> str:
    words = {
        "frozen": f"以 {baseline.frozen_on} 的清单为准",
        "freezable": "由牵头单位择日冻结",
        "live": "动态",
    }
    base = words[baseline.base]
    size = f"，{baseline.size}件" if baseline.size else ""
    size += "（原文数字被遮盖）" if baseline.masked else ""
    return f"{baseline.title}，{base}{size}"


def _duty_list(duty_list: DutyList) -> Iterator[str]:
    moment = phrases.MOMENTS[duty_list.when]
    yield f"职责清单：{duty_list.title}（{moment}）〔{duty_list.source}〕"
    for item in duty_list.items:
        yield f"  {item.text}{phrases.old_word(item.tooltip)}〔{item.source}〕"
    if not duty_list.items:
        yield "  （待填：文件未载明内容，由本单位填写）"


def _schedule(schedule: ReportSchedule) -> str:
    due = f"，期满后{phrases.limit_words(schedule.due)}内" if schedule.due else ""
    at = f"，{schedule.cutoff} 前" if schedule.cutoff else ""
    who, often = phrases.WHO[schedule.of], phrases.EVERY[schedule.every]
    return f"{schedule.title}：{who}{often}{due}{at}〔{schedule.source}〕"


def _step(step: SupervisionStep, supervision: Supervision) -> str:
    phrase = phrases.CAUSES[step.on]
    if step.on == "stagnant" and supervision.stagnant_after:
        phrase += f"（{phrases.limit_words(supervision.stagnant_after)}）"
    if step.on == "notices_without_progress":
        phrase += f"（{supervision.interview_after}次）"
    phrase += f"满{phrases.limit_words(step.after)}" if step.after else ""
    phrase += f"，{phrases.limit_words(step.reply)}内反馈" if step.reply else ""
    return phrase + ("，即时通知" if step.urgent else "")
