"""Reports (报告): the parts of the prescribed forms that observation can fill, and the letters of a case."""
