"""Register of self-managed models (mô hình tự quản); its place in the stack, no tables yet."""
