"""Speed and memory. Ratios in one run (A B A B, medians): machines are shared and noisy."""
