
BprobabilitiesJ(c2@9=к;нд:╠!:^P;7|╢o9╜1>9r┬9,█~?╚: