/** The words that an import knows: for each how prose says it, and what it stands for in Fideslang (spec/import.md). */

export interface Entry {
  readonly word: string;
  /** Fideslang categories or data uses; recipients have none. */
  readonly is: readonly string[];
  readonly cue: RegExp;
}

const entry = (word: string, is: readonly string[], cue: RegExp): Entry => ({ word, is, cue });

export const CLASSES: readonly Entry[] = [
  entry(
    "account",
    ["user.account", "user.name"],
    /\b(?:account (?:information|data|credentials)|profile (?:information|data)|regist(?:er|ration)|create an account|password|user ?name|login information|your (?:name|industry))\b|\bname,|账号|账户|帐户|注册|个人资料/i,
  ),
  entry(
    "contact",
    ["user.contact"],
    /\b(?:e-?mail address|(?:tele)?phone number|contact (?:information|details)|(?:billing|postal|mailing) address|contact forms?)\b|电话|邮箱|联系方式/i,
  ),
  entry(
    "payment",
    ["user.payment", "user.financial"],
    /\b(?:payments?(?! process)|billing|transactions?|purchases?|invoices?|credit card|financial information)\b|支付|付款|交易|账单/i,
  ),
  entry(
    "content",
    ["user.content"],
    /\b(?:user content|content (?:you|and)|content,|upload|messages?|prompts?|user inputs?|ai responses?|conversations?|feedback|photos?|comments)\b|上传|消息|照片|用户内容/i,
  ),
  entry(
    "usage",
    ["user.behavior"],
    /\b(?:usage|how you (?:use|interact|engage)|features (?:used|you use)|pages visited|browsing|behaviou?ral information|interaction|your (?:online )?activit(?:y|ies)|operations performed)\b|使用(?:情况|平台)|行为|互动|活动/i,
  ),
  entry(
    "device",
    ["user.device"],
    /\b(?:device|ip address|browser (?:type|and)|operating system|user agent|identifiers|technical (?:data|information)|log data|server logs|mac address|bluetooth|mobile operator|time ?zone)\b|设备|\bIP\b|操作系统|技术信息/i,
  ),
  entry("location", ["user.location"], /\b(?:location|gps)\b|位置|地点|GPS/i),
  entry(
    "support",
    ["user.content.private"],
    /\b(?:support (?:data|requests|interactions)|customer service interactions)\b|客服记录/i,
  ),
  entry("referral", ["user.social"], /\breferral (?:information|network data|codes?|sources?)\b/i),
  entry(
    "social",
    ["user.social"],
    /\b(?:social (?:media|network|information)|address book|call log)\b|通讯录/i,
  ),
  entry(
    "identity",
    ["user.government_id"],
    /\b(?:verify your identity|identity documents?|passport|id card)\b|身份证/i,
  ),
  entry(
    "telemetry",
    ["user.telemetry"],
    /\b(?:analytics data|performance data|error reports|error rates|usage analytics)\b/i,
  ),
  entry("cookie", ["user.device.cookie"], /\bcookie data\b|\bcookies, local storage\b/i),
];

export const PURPOSES: readonly Entry[] = [
  entry(
    "service",
    ["essential.service"],
    /\b(?:provid(?:e|ing)(?: and \w+)?,? (?:\w+,? )*(?:services?|products?|access)|provid(?:e|ing) you with|operat(?:e|ing) (?:and|our)|maintain(?:ing)?|process(?:ing)? ai requests|generating responses|manag(?:e|ing) (?:user |your )?accounts?|manag(?:e|ing) multi)\b|提供.*服务|管理.*(?:帐户|账户|账号)/i,
  ),
  entry(
    "billing",
    ["essential.service.payment_processing"],
    /\b(?:bill(?:ing)?|process(?:ing)? payments?|payouts?|subscription)\b|订阅|支付|账单/i,
  ),
  entry(
    "improvement",
    ["functional.service.improve"],
    /\b(?:improv(?:e|ing)|enhanc\w+|optimi[sz]\w+|develop(?:ing)? (?:new|and)|fixing|troubleshooting|new features)\b|改进|优化|改善/i,
  ),
  entry("research", ["functional.service.improve"], /\b(?:research|surveys?|innovation)\b|研究/i),
  entry(
    "ai-training",
    ["train_ai_system"],
    /\b(?:training models|ai training|train(?:ing)? (?:our )?ai|ai improvement)\b|训练/i,
  ),
  entry(
    "analytics",
    ["analytics"],
    /\b(?:analy[sz](?:e|ing)|analytics|analysis|effectiveness|business intelligence|business insights)\b|分析|衡量/i,
  ),
  entry(
    "personalisation",
    ["personalize"],
    /\b(?:personali[sz]\w+|tailor\w*|recommend(?:ations?|ing)?|show and push|crowd portraits)\b|个性化|推荐/i,
  ),
  entry(
    "marketing",
    ["marketing"],
    /\b(?:marketing|promotional|newsletters?|commercial communications|advertisements?|advertising)\b|营销|推广|广告|商业通讯|新闻通讯/i,
  ),
  entry(
    "communication",
    ["essential.service.notifications"],
    /\b(?:communicat(?:e|ing|ions)|sending you|send you|in touch with you|sending information|notifications)\b|联系|发送通知/i,
  ),
  entry(
    "customer-support",
    ["essential.service.operations.support"],
    /\b(?:customer support|customer service|technical assistance|support ticket|help desk|provide a response)\b|客服/i,
  ),
  entry(
    "security",
    ["essential.service.security"],
    /\b(?:security|safety|spam|harmful|protecting our)\b|安全/i,
  ),
  entry(
    "fraud-prevention",
    ["essential.fraud_detection"],
    /\b(?:fraud\w*|abuse|misuse|criminal|illegal)\b|欺诈|滥用/i,
  ),
  entry(
    "legal-compliance",
    ["essential.legal_obligation"],
    /\b(?:legal (?:obligations?|process(?:es)?|compliance|claims|requirements)|regulatory|comply(?:ing)? with|court orders?|required by law)\b|法律义务|法律法规|合规/i,
  ),
  entry(
    "referral-program",
    ["marketing"],
    /\b(?:referral (?:networks?|bonus(?:es)?|system|performance|program)|commission tracking)\b/i,
  ),
  entry("business-transfer", ["operations"], /\bbusiness transfers?\b|合并|收购/i),
  entry("sale", ["third_party_sharing"], /\bsell\b|\bsale of personal|出售/i),
  entry("hosting", ["essential.service.operations"], /\b(?:hosting|infrastructure services)\b/i),
];

export const RECIPIENTS: readonly Entry[] = [
  entry(
    "payment-provider",
    [],
    /\b(?:payment process(?:ors?|ing)|stripe|paypal)\b|facilitate payments|支付机构/i,
  ),
  entry(
    "cloud-provider",
    [],
    /\b(?:cloud (?:infrastructure|services?|providers?)|hosting services|aws|google cloud)\b|云服务/i,
  ),
  entry("ai-provider", [], /\b(?:ai (?:services|providers?)|openai)\b/i),
  entry("analytics-provider", [], /\b(?:web analytics|google analytics|mixpanel|analytics service)\b/i),
  entry("email-provider", [], /\b(?:e-?mail (?:services|communication)|sendgrid|mailgun)\b/i),
  entry("support-provider", [], /\b(?:customer (?:support|service agenc\w+)|help desk)\b/i),
  entry("service-provider", [], /\b(?:service providers?|vendors?|suppliers)\b|服务提供商|供应商/i),
  entry("partner", [], /\bpartners?\b|合作伙伴/i),
  entry("affiliate", [], /\b(?:affiliates|affiliated companies)\b|关联公司/i),
  entry(
    "authority",
    [],
    /\b(?:law enforcement|government authorities|authorities|regulatory inquiries|subpoenas|court orders|legal process(?:es)?|judicial|litigation)\b|执法|政府|司法|监管/i,
  ),
  entry(
    "acquirer",
    [],
    /\b(?:merger|acquisition|acquiring entity|acquirers?|successor|sale of assets|new owners)\b|收购方|继受/i,
  ),
  entry("advertiser", [], /\badvertisers?\b|广告商/i),
  entry(
    "researcher",
    [],
    /\b(?:research partners|research institutions?|academic institutions?)\b|研究机构/i,
  ),
];
