"""What finds candidates: the regular-expression oracle and Hyperscan."""
