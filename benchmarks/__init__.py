"""Speed and accuracy, measured. Each module prints one JSON line; nothing here is asserted in tests."""
