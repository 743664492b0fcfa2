
BprobabilitiesJ(¬Ì;7Ø´”5ZU7ï8y[7šĞR8p…5h÷?ä&“6¾á	4