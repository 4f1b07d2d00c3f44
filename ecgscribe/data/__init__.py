"""Where records come from and where rows go: PTB-XL, any WFDB record, simulation, rendering, row shards."""
