"""
Makes the helpdesk's tables, a queue and an agent; prints the agent's token.
"""

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth import get_user_model  # noqa: E402 - after setup
from helpdesk.models import Queue  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

agent = get_user_model().objects.create_superuser("agent", "agent@helpdesk.invalid")
Queue.objects.create(id=1, title="信访", slug="letters")
print(Token.objects.create(user=agent).key)
