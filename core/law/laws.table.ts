/** The laws that the other tables cite, with their official citations. Format: spec/law.md. */
export interface Law {
  readonly title: string;
  /** The official citation. */
  readonly source: string;
}

export const LAWS: Readonly<Record<string, Law>> = {
  // European Union and European Economic Area
  GDPR: {
    title: "General Data Protection Regulation",
    source: "Regulation (EU) 2016/679, OJ L 119, 4.5.2016, p. 1",
  },
  "EEA 154/2018": {
    title: "Decision of the EEA Joint Committee No 154/2018 of 6 July 2018 (GDPR in the EEA Agreement)",
    source: "OJ L 183, 19.7.2018, p. 23",
  },
  ePrivacy: {
    title: "Directive on privacy and electronic communications, as amended by Directive 2009/136/EC",
    source: "Directive 2002/58/EC, OJ L 201, 31.7.2002, p. 37",
  },
  TCA: {
    title: "Trade and Cooperation Agreement between the European Union and the United Kingdom",
    source: "OJ L 149, 30.4.2021, p. 10",
  },
  AMLD: {
    title: "Anti-money-laundering directive",
    source: "Directive (EU) 2015/849, OJ L 141, 5.6.2015, p. 73",
  },
  "VAT Regulation": {
    title: "Implementing regulation on value added tax",
    source: "Council Implementing Regulation (EU) No 282/2011, OJ L 77, 23.3.2011, p. 1",
  },
  "2000/518/EC": {
    title: "Adequacy decision for Switzerland",
    source: "Commission Decision 2000/518/EC of 26 July 2000",
  },
  "2000/520/EC": {
    title: "Safe Harbour decision",
    source: "Commission Decision 2000/520/EC of 26 July 2000",
  },
  "2002/2/EC": {
    title: "Adequacy decision for Canada",
    source: "Commission Decision 2002/2/EC of 20 December 2001",
  },
  "2003/490/EC": {
    title: "Adequacy decision for Argentina",
    source: "Commission Decision 2003/490/EC of 30 June 2003",
  },
  "2003/821/EC": {
    title: "Adequacy decision for Guernsey",
    source: "Commission Decision 2003/821/EC of 21 November 2003",
  },
  "2004/411/EC": {
    title: "Adequacy decision for the Isle of Man",
    source: "Commission Decision 2004/411/EC of 28 April 2004",
  },
  "2008/393/EC": {
    title: "Adequacy decision for Jersey",
    source: "Commission Decision 2008/393/EC of 8 May 2008",
  },
  "2010/146/EU": {
    title: "Adequacy decision for the Faeroe Islands",
    source: "Commission Decision 2010/146/EU of 5 March 2010",
  },
  "2010/625/EU": {
    title: "Adequacy decision for Andorra",
    source: "Commission Decision 2010/625/EU of 19 October 2010",
  },
  "2011/61/EU": {
    title: "Adequacy decision for Israel",
    source: "Commission Decision 2011/61/EU of 31 January 2011",
  },
  "2012/484/EU": {
    title: "Adequacy decision for Uruguay",
    source: "Commission Implementing Decision 2012/484/EU of 21 August 2012",
  },
  "2013/65/EU": {
    title: "Adequacy decision for New Zealand",
    source: "Commission Implementing Decision 2013/65/EU of 19 December 2012",
  },
  "(EU) 2016/1250": {
    title: "Privacy Shield decision",
    source: "Commission Implementing Decision (EU) 2016/1250 of 12 July 2016",
  },
  "(EU) 2019/419": {
    title: "Adequacy decision for Japan",
    source: "Commission Implementing Decision (EU) 2019/419 of 23 January 2019",
  },
  "(EU) 2021/914": {
    title: "Standard contractual clauses for transfers",
    source: "Commission Implementing Decision (EU) 2021/914 of 4 June 2021",
  },
  "(EU) 2021/1772": {
    title: "Adequacy decision for the United Kingdom",
    source: "Commission Implementing Decision (EU) 2021/1772 of 28 June 2021",
  },
  "UK renewal 2025": {
    title: "Renewal of the adequacy decision for the United Kingdom",
    source:
      "Commission Implementing Decision of 19 December 2025 amending Implementing Decision (EU) 2021/1772",
  },
  "(EU) 2022/254": {
    title: "Adequacy decision for the Republic of Korea",
    source: "Commission Implementing Decision (EU) 2022/254 of 17 December 2021",
  },
  "(EU) 2023/1795": {
    title: "EU-US Data Privacy Framework decision",
    source: "Commission Implementing Decision (EU) 2023/1795 of 10 July 2023, OJ L 231, 20.9.2023, p. 118",
  },
  "EPO 2025": {
    title: "Adequacy decision for the European Patent Organisation",
    source: "Commission Implementing Decision of 15 July 2025 pursuant to Regulation (EU) 2016/679",
  },
  "(EU) 2026/179": {
    title: "Adequacy decision for Brazil",
    source: "Commission Implementing Decision (EU) 2026/179 of 26 January 2026",
  },

  // Member States and EFTA states: the age of Art. 8 GDPR, accounts
  "AT DSG": { title: "Datenschutzgesetz (Austria)", source: "BGBl. I Nr. 165/1999" },
  "AT BAO": { title: "Bundesabgabenordnung (Austria)", source: "BGBl. Nr. 194/1961" },
  "BE Act": {
    title:
      "Act of 30 July 2018 on the protection of natural persons with regard to the processing of personal data (Belgium)",
    source: "Moniteur belge, 5.9.2018",
  },
  "BG PDPA": {
    title: "Personal Data Protection Act (Bulgaria)",
    source: "State Gazette No 1/2002, as amended by No 17/2019",
  },
  "CY 125(I)/2018": {
    title: "Law on the protection of natural persons with regard to the processing of personal data (Cyprus)",
    source: "Law 125(I)/2018",
  },
  "CZ 110/2019": {
    title: "Act on the processing of personal data (Czechia)",
    source: "Act No 110/2019 Coll.",
  },
  "DE AO": {
    title: "Abgabenordnung (Germany)",
    source:
      "BGBl. I 2002 S. 3866, as amended by the Viertes Bürokratieentlastungsgesetz, BGBl. 2024 I Nr. 323",
  },
  "DE HGB": { title: "Handelsgesetzbuch (Germany)", source: "RGBl. 1897 S. 219, as amended" },
  "DK DBL": {
    title: "Databeskyttelsesloven (Denmark)",
    source: "Lov nr. 502 af 23. maj 2018, as amended in December 2023",
  },
  "EE IKS": { title: "Isikuandmete kaitse seadus (Estonia)", source: "RT I, 04.01.2019, 11" },
  "ES LOPDGDD": {
    title:
      "Ley Orgánica 3/2018 de Protección de Datos Personales y garantía de los derechos digitales (Spain)",
    source: "BOE núm. 294, 6.12.2018",
  },
  "ES CCom": { title: "Código de Comercio (Spain)", source: "Real Decreto de 22 de agosto de 1885" },
  "FI 1050/2018": { title: "Tietosuojalaki (Finland)", source: "Act 1050/2018" },
  "FR LIL": {
    title: "Loi relative à l'informatique, aux fichiers et aux libertés (France)",
    source: "Loi n° 78-17 du 6 janvier 1978, as amended by Loi n° 2018-493 du 20 juin 2018",
  },
  "FR CCom": { title: "Code de commerce (France)", source: "Code de commerce, partie législative" },
  "GR 4624/2019": {
    title: "Law on the Hellenic Data Protection Authority and measures for the GDPR (Greece)",
    source: "Law 4624/2019, Government Gazette A 137, 29.8.2019",
  },
  "IE DPA": { title: "Data Protection Act 2018 (Ireland)", source: "No 7 of 2018" },
  "IS 90/2018": {
    title: "Act on data protection and the processing of personal data (Iceland)",
    source: "Act No 90/2018",
  },
  "IT Codice privacy": {
    title: "Codice in materia di protezione dei dati personali (Italy)",
    source: "D.lgs. 30 giugno 2003, n. 196, as amended by D.lgs. 10 agosto 2018, n. 101",
  },
  "IT Codice civile": { title: "Codice civile (Italy)", source: "R.D. 16 marzo 1942, n. 262" },
  "LT ADTAI": {
    title: "Asmens duomenų teisinės apsaugos įstatymas (Lithuania)",
    source: "Law No I-1374, as amended by No XIII-1426",
  },
  "LV FPDAL": {
    title: "Fizisko personu datu apstrādes likums (Latvia)",
    source: "Latvijas Vēstnesis 132, 4.7.2018",
  },
  "MT 586.11": {
    title:
      "Processing of Child's Personal Data in relation to the Offer of Information Society Services Regulations (Malta)",
    source: "S.L. 586.11",
  },
  "NL UAVG": {
    title: "Uitvoeringswet Algemene verordening gegevensbescherming (Netherlands)",
    source: "Stb. 2018, 144",
  },
  "NL AWR": { title: "Algemene wet inzake rijksbelastingen (Netherlands)", source: "Wet van 2 juli 1959" },
  "NO POL": { title: "Personopplysningsloven (Norway)", source: "LOV-2018-06-15-38" },
  "PT 58/2019": {
    title: "Law on the execution of the GDPR (Portugal)",
    source: "Lei n.º 58/2019, de 8 de agosto",
  },
  "SE 2018:218": {
    title: "Lag med kompletterande bestämmelser till EU:s dataskyddsförordning (Sweden)",
    source: "SFS 2018:218",
  },
  "SI ZVOP-2": { title: "Zakon o varstvu osebnih podatkov (Slovenia)", source: "Uradni list RS, št. 163/22" },
  "SK 18/2018": { title: "Act on personal data protection (Slovakia)", source: "Act No 18/2018 Coll." },

  // United Kingdom
  "UK GDPR": {
    title: "UK GDPR",
    source:
      "Regulation (EU) 2016/679 as it forms part of the law of the United Kingdom (European Union (Withdrawal) Act 2018, s. 3), as amended",
  },
  "DPA 2018": {
    title: "Data Protection Act 2018 (United Kingdom)",
    source: "2018 c. 12, as amended by the Data (Use and Access) Act 2025 (c. 18)",
  },
  PECR: {
    title: "Privacy and Electronic Communications (EC Directive) Regulations 2003",
    source: "SI 2003/2426, as amended",
  },
  "SI 2022/1213": {
    title: "Data Protection (Adequacy) (Republic of Korea) Regulations 2022",
    source: "SI 2022/1213",
  },
  "SI 2023/1028": {
    title: "Data Protection (Adequacy) (United States of America) Regulations 2023",
    source: "SI 2023/1028",
  },
  "VATA 1994": { title: "Value Added Tax Act 1994 (United Kingdom)", source: "1994 c. 23" },

  // Switzerland, San Marino
  FADP: { title: "Federal Act on Data Protection (Switzerland)", source: "SR 235.1, of 25 September 2020" },
  "FADP Ordinance": {
    title: "Data Protection Ordinance (Switzerland)",
    source: "SR 235.11, of 31 August 2022",
  },
  "CH FMG": { title: "Telecommunications Act (Switzerland)", source: "SR 784.10" },
  "CH OR": { title: "Code of Obligations (Switzerland)", source: "SR 220" },
  "SM 171/2018": {
    title: "Protezione delle persone fisiche con riguardo al trattamento di dati personali (San Marino)",
    source: "Legge 21 dicembre 2018 n. 171",
  },

  // United States, federal and states
  COPPA: {
    title: "Children's Online Privacy Protection Act and Rule",
    source: "15 U.S.C. §§ 6501-6506; 16 CFR part 312, as amended at 90 Fed. Reg. 16918 (22 April 2025)",
  },
  "FTC Act": { title: "Federal Trade Commission Act", source: "15 U.S.C. §§ 41-58" },
  CCPA: {
    title: "California Consumer Privacy Act of 2018, as amended by the CPRA",
    source: "Cal. Civ. Code § 1798.100 ff.",
  },
  "CCPA Regulations": {
    title: "California Consumer Privacy Act Regulations",
    source: "Cal. Code Regs. tit. 11, § 7000 ff.",
  },
  "Cal. Civ. Code": {
    title: "California Civil Code",
    source: "Cal. Civ. Code § 1798.82, as amended by SB 446 (2025)",
  },
  VCDPA: { title: "Virginia Consumer Data Protection Act", source: "Va. Code § 59.1-575 ff." },
  CPA: { title: "Colorado Privacy Act", source: "Colo. Rev. Stat. § 6-1-1301 ff." },
  CTDPA: { title: "Connecticut Data Privacy Act", source: "Conn. Gen. Stat. § 42-515 ff." },
  UCPA: { title: "Utah Consumer Privacy Act", source: "Utah Code § 13-61-101 ff." },
  TDPSA: { title: "Texas Data Privacy and Security Act", source: "Tex. Bus. & Com. Code § 541.001 ff." },
  OCPA: { title: "Oregon Consumer Privacy Act", source: "Or. Rev. Stat. § 646A.570 ff." },
  FDBR: { title: "Florida Digital Bill of Rights", source: "Fla. Stat. § 501.701 ff." },
  MTCDPA: { title: "Montana Consumer Data Privacy Act", source: "Mont. Code § 30-14-2801 ff." },
  DEPDPA: { title: "Delaware Personal Data Privacy Act", source: "Del. Code tit. 6, § 12D-101 ff." },
  ICDPA: { title: "Iowa Consumer Data Protection Act", source: "Iowa Code ch. 715D" },
  NEDPA: { title: "Nebraska Data Privacy Act", source: "Neb. Rev. Stat. § 87-1101 ff." },
  NHPA: { title: "New Hampshire Privacy Act", source: "N.H. Rev. Stat. ch. 507-H" },
  NJDPA: { title: "New Jersey Data Privacy Act", source: "N.J. Stat. § 56:8-166.4 ff." },
  TIPA: { title: "Tennessee Information Protection Act", source: "Tenn. Code § 47-18-3301 ff." },
  MNCDPA: { title: "Minnesota Consumer Data Privacy Act", source: "Minn. Stat. ch. 325M" },
  MODPA: { title: "Maryland Online Data Privacy Act", source: "Md. Code, Com. Law § 14-4701 ff." },
  INCDPA: { title: "Indiana Consumer Data Protection Act", source: "Ind. Code art. 24-15" },
  KCDPA: { title: "Kentucky Consumer Data Protection Act", source: "Ky. Rev. Stat. § 367.3611 ff." },
  RIDTPPA: {
    title: "Rhode Island Data Transparency and Privacy Protection Act",
    source: "R.I. Gen. Laws ch. 6-48.1",
  },
  "Colo. Rev. Stat.": { title: "Colorado Revised Statutes", source: "Colo. Rev. Stat. § 6-1-716" },
  "Conn. Gen. Stat.": { title: "General Statutes of Connecticut", source: "Conn. Gen. Stat. § 36a-701b" },
  "Del. Code": { title: "Delaware Code", source: "Del. Code tit. 6, § 12B-102" },
  "Fla. Stat.": { title: "Florida Statutes", source: "Fla. Stat. § 501.171" },
  "N.Y. Gen. Bus. Law": { title: "New York General Business Law", source: "N.Y. Gen. Bus. Law § 899-aa" },
  "Tex. Bus. & Com. Code": {
    title: "Texas Business and Commerce Code",
    source: "Tex. Bus. & Com. Code § 521.053",
  },
  "Wash. Rev. Code": { title: "Revised Code of Washington", source: "Wash. Rev. Code § 19.255.010" },

  // Elsewhere
  LGPD: {
    title: "Lei Geral de Proteção de Dados Pessoais (Brazil)",
    source: "Lei nº 13.709, de 14 de agosto de 2018",
  },
  "ANPD 15/2024": {
    title: "Regulation on the communication of security incidents (Brazil)",
    source: "Resolução CD/ANPD nº 15, de 24 de abril de 2024",
  },
  "ANPD 19/2024": {
    title: "Regulation on international transfers (Brazil)",
    source: "Resolução CD/ANPD nº 19, de 23 de agosto de 2024",
  },
  "ANPD 32/2026": {
    title: "Recognition of the European Union as adequate (Brazil)",
    source: "Resolução CD/ANPD nº 32, de 26 de janeiro de 2026",
  },
  PIPL: {
    title: "Personal Information Protection Law (China), 中华人民共和国个人信息保护法",
    source: "adopted 20 August 2021, Presidential Order No 91",
  },
  "CN standard contract": {
    title:
      "Measures on the standard contract for the export of personal information (China), 个人信息出境标准合同办法",
    source: "Cyberspace Administration of China, Order No 13, 2023",
  },
  "CN incident reporting": {
    title: "National cybersecurity incident reporting measures (China), 国家网络安全事件报告管理办法",
    source: "Cyberspace Administration of China, 2025",
  },
  "CN E-Commerce Law": {
    title: "E-Commerce Law (China), 中华人民共和国电子商务法",
    source: "adopted 31 August 2018, Presidential Order No 7",
  },
  "CN Cybersecurity Law": {
    title: "Cybersecurity Law (China), 中华人民共和国网络安全法",
    source: "adopted 7 November 2016, Presidential Order No 53",
  },
  DPDP: { title: "Digital Personal Data Protection Act, 2023 (India)", source: "Act No 22 of 2023" },
  "DPDP Rules": {
    title: "Digital Personal Data Protection Rules, 2025 (India)",
    source: "G.S.R. 846(E) of 13 November 2025",
  },
  PDPA: {
    title: "Personal Data Protection Act 2012 (Singapore)",
    source: "No 26 of 2012, as amended by No 40 of 2020",
  },
  "PDPA Regulations": { title: "Personal Data Protection Regulations 2021 (Singapore)", source: "S 63/2021" },
  PIPA: {
    title: "Personal Information Protection Act (Republic of Korea), 개인정보 보호법",
    source:
      "Act No 10465 of 2011, as amended by Act No 19234 of 2023, with its Enforcement Decree (Presidential Decree No 23169)",
  },
  APPI: {
    title: "Act on the Protection of Personal Information (Japan), 個人情報の保護に関する法律",
    source: "Act No 57 of 2003, as amended",
  },
  "APPI Rules": {
    title: "Enforcement Rules for the Act on the Protection of Personal Information (Japan)",
    source: "Rules of the Personal Information Protection Commission No 3 of 2016, as amended",
  },
  "PPC 1/2019": {
    title: "Designation of foreign countries under the APPI (Japan)",
    source: "Personal Information Protection Commission Notification No 1 of 2019",
  },
  PIPEDA: {
    title: "Personal Information Protection and Electronic Documents Act (Canada)",
    source: "S.C. 2000, c. 5",
  },
  "QC P-39.1": {
    title: "Act respecting the protection of personal information in the private sector (Québec)",
    source: "CQLR c. P-39.1, as amended by S.Q. 2021, c. 25",
  },
  "Privacy Act 1988": { title: "Privacy Act 1988 (Australia)", source: "Act No 119 of 1988" },
  "Privacy Act 2020": { title: "Privacy Act 2020 (New Zealand)", source: "2020 No 31" },
  PDPO: { title: "Personal Data (Privacy) Ordinance (Hong Kong)", source: "Cap. 486" },
};
