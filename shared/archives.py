"""
What a damaged zip file, such as a workbook, does to its reader.
"""

import zipfile
import zlib

DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
"""
What `zipfile` raises for a file that is cut off, altered, or packed in a way that it
does not know. For a part with a password it raises another `RuntimeError`.
"""
