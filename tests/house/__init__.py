"""House rules: what the repository promises about itself."""
