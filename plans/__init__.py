"""Plans and targets of the authorities (kế hoạch, chỉ tiêu); its place in the stack, no tables yet."""
