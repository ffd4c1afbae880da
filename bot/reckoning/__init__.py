"""What the law's rules give for one person's facts: amounts, last days, pensions, programmes. Knows no conversation."""
