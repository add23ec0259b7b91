/**
 * Places: ISO 3166-1 and 3166-2 codes, and `EU` and `EEA` for the two areas. `in` is what a place is part of, as far as law here asks; an
 * `until` there is the last day. Format: spec/law.md.
 */
import type { Day } from "./row.ts";

export interface Jurisdiction {
  readonly code: string;
  readonly name: string;
  readonly nameZh: string;
  readonly kind: "area" | "country" | "territory" | "subdivision" | "organisation";
  readonly in: readonly { readonly code: string; readonly until?: Day }[];
}

const place = (
  kind: Jurisdiction["kind"],
  within: Jurisdiction["in"],
  names: readonly (readonly [string, string, string])[],
): readonly Jurisdiction[] => names.map(([code, name, nameZh]) => ({ code, name, nameZh, kind, in: within }));

const EU = [{ code: "EU" }];
const EEA = [{ code: "EEA" }];

export const JURISDICTIONS: readonly Jurisdiction[] = [
  ...place("area", [], [["EEA", "European Economic Area", "欧洲经济区"]]),
  ...place("area", EEA, [["EU", "European Union", "欧洲联盟"]]),
  ...place("country", EU, [
    ["AT", "Austria", "奥地利"],
    ["BE", "Belgium", "比利时"],
    ["BG", "Bulgaria", "保加利亚"],
    ["HR", "Croatia", "克罗地亚"],
    ["CY", "Cyprus", "塞浦路斯"],
    ["CZ", "Czechia", "捷克"],
    ["DK", "Denmark", "丹麦"],
    ["EE", "Estonia", "爱沙尼亚"],
    ["FI", "Finland", "芬兰"],
    ["FR", "France", "法国"],
    ["DE", "Germany", "德国"],
    ["GR", "Greece", "希腊"],
    ["HU", "Hungary", "匈牙利"],
    ["IE", "Ireland", "爱尔兰"],
    ["IT", "Italy", "意大利"],
    ["LV", "Latvia", "拉脱维亚"],
    ["LT", "Lithuania", "立陶宛"],
    ["LU", "Luxembourg", "卢森堡"],
    ["MT", "Malta", "马耳他"],
    ["NL", "Netherlands", "荷兰"],
    ["PL", "Poland", "波兰"],
    ["PT", "Portugal", "葡萄牙"],
    ["RO", "Romania", "罗马尼亚"],
    ["SK", "Slovakia", "斯洛伐克"],
    ["SI", "Slovenia", "斯洛文尼亚"],
    ["ES", "Spain", "西班牙"],
    ["SE", "Sweden", "瑞典"],
  ]),
  ...place("country", EEA, [
    ["IS", "Iceland", "冰岛"],
    ["LI", "Liechtenstein", "列支敦士登"],
    ["NO", "Norway", "挪威"],
  ]),
  // Union law went on to apply to the United Kingdom until the end of the transition (Withdrawal Agreement, Arts 126 and 127).
  ...place("country", [{ code: "EU", until: "2020-12-31" }], [["GB", "United Kingdom", "英国"]]),
  ...place(
    "country",
    [],
    [
      ["AD", "Andorra", "安道尔"],
      ["AR", "Argentina", "阿根廷"],
      ["AU", "Australia", "澳大利亚"],
      ["BR", "Brazil", "巴西"],
      ["CA", "Canada", "加拿大"],
      ["CH", "Switzerland", "瑞士"],
      ["CN", "China", "中国"],
      ["IL", "Israel", "以色列"],
      ["IN", "India", "印度"],
      ["JP", "Japan", "日本"],
      ["KR", "Republic of Korea", "韩国"],
      ["MC", "Monaco", "摩纳哥"],
      ["NZ", "New Zealand", "新西兰"],
      ["SG", "Singapore", "新加坡"],
      ["SM", "San Marino", "圣马力诺"],
      ["US", "United States", "美国"],
      ["UY", "Uruguay", "乌拉圭"],
    ],
  ),
  // With a law of their own on personal data: the law of the country that they belong to does not reach them.
  ...place(
    "territory",
    [],
    [
      ["FO", "Faroe Islands", "法罗群岛"],
      ["GG", "Guernsey", "根西岛"],
      ["GI", "Gibraltar", "直布罗陀"],
      ["HK", "Hong Kong", "中国香港"],
      ["IM", "Isle of Man", "马恩岛"],
      ["JE", "Jersey", "泽西岛"],
      ["MO", "Macao", "中国澳门"],
      ["TW", "Taiwan", "台湾"],
    ],
  ),
  ...place(
    "subdivision",
    [{ code: "CA" }],
    [
      ["CA-AB", "Alberta", "艾伯塔省"],
      ["CA-BC", "British Columbia", "不列颠哥伦比亚省"],
      ["CA-ON", "Ontario", "安大略省"],
      ["CA-QC", "Québec", "魁北克省"],
    ],
  ),
  ...place(
    "subdivision",
    [{ code: "US" }],
    [
      ["US-AL", "Alabama", "亚拉巴马州"],
      ["US-AK", "Alaska", "阿拉斯加州"],
      ["US-AZ", "Arizona", "亚利桑那州"],
      ["US-AR", "Arkansas", "阿肯色州"],
      ["US-CA", "California", "加利福尼亚州"],
      ["US-CO", "Colorado", "科罗拉多州"],
      ["US-CT", "Connecticut", "康涅狄格州"],
      ["US-DE", "Delaware", "特拉华州"],
      ["US-DC", "District of Columbia", "哥伦比亚特区"],
      ["US-FL", "Florida", "佛罗里达州"],
      ["US-GA", "Georgia", "佐治亚州"],
      ["US-HI", "Hawaii", "夏威夷州"],
      ["US-ID", "Idaho", "爱达荷州"],
      ["US-IL", "Illinois", "伊利诺伊州"],
      ["US-IN", "Indiana", "印第安纳州"],
      ["US-IA", "Iowa", "艾奥瓦州"],
      ["US-KS", "Kansas", "堪萨斯州"],
      ["US-KY", "Kentucky", "肯塔基州"],
      ["US-LA", "Louisiana", "路易斯安那州"],
      ["US-ME", "Maine", "缅因州"],
      ["US-MD", "Maryland", "马里兰州"],
      ["US-MA", "Massachusetts", "马萨诸塞州"],
      ["US-MI", "Michigan", "密歇根州"],
      ["US-MN", "Minnesota", "明尼苏达州"],
      ["US-MS", "Mississippi", "密西西比州"],
      ["US-MO", "Missouri", "密苏里州"],
      ["US-MT", "Montana", "蒙大拿州"],
      ["US-NE", "Nebraska", "内布拉斯加州"],
      ["US-NV", "Nevada", "内华达州"],
      ["US-NH", "New Hampshire", "新罕布什尔州"],
      ["US-NJ", "New Jersey", "新泽西州"],
      ["US-NM", "New Mexico", "新墨西哥州"],
      ["US-NY", "New York", "纽约州"],
      ["US-NC", "North Carolina", "北卡罗来纳州"],
      ["US-ND", "North Dakota", "北达科他州"],
      ["US-OH", "Ohio", "俄亥俄州"],
      ["US-OK", "Oklahoma", "俄克拉何马州"],
      ["US-OR", "Oregon", "俄勒冈州"],
      ["US-PA", "Pennsylvania", "宾夕法尼亚州"],
      ["US-RI", "Rhode Island", "罗得岛州"],
      ["US-SC", "South Carolina", "南卡罗来纳州"],
      ["US-SD", "South Dakota", "南达科他州"],
      ["US-TN", "Tennessee", "田纳西州"],
      ["US-TX", "Texas", "得克萨斯州"],
      ["US-UT", "Utah", "犹他州"],
      ["US-VT", "Vermont", "佛蒙特州"],
      ["US-VA", "Virginia", "弗吉尼亚州"],
      ["US-WA", "Washington", "华盛顿州"],
      ["US-WV", "West Virginia", "西弗吉尼亚州"],
      ["US-WI", "Wisconsin", "威斯康星州"],
      ["US-WY", "Wyoming", "怀俄明州"],
    ],
  ),
  ...place("organisation", [], [["EPO", "European Patent Organisation", "欧洲专利组织"]]),
];
