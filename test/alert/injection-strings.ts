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
