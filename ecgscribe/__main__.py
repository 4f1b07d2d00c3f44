"""`python -m ecgscribe ...`"""

import sys

from ecgscribe.cli.main import main

sys.exit(main())
