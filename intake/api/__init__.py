"""HTTP endpoints, one blueprint file per noun: authorise, load, call one service, dump."""
