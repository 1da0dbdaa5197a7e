"""What every app may use and what knows nothing of the apps."""
