"""The web chat. Importing this package says no to every report home before Gradio can be imported."""

import os

# read by gradio and huggingface_hub when they are imported; an archive's page must not call anybody
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# after how many events Gradio sums up its timings, with pandas, for a monitoring page that is shut here: never
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
