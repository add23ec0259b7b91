/** Given names that are common somewhere: enough to tell a column of people from a column of things, not to tell who anybody is. */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(
  (
    "ann bob tom tim jim joe sam max ben alex chris kate jane rose nina nils olaf vera wanda farid yara mira carla tilda kim lee sara ines " +
    "james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph jessica thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra mark margaret donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin amanda brian melissa george deborah edward stephanie ronald rebecca timothy laura jason sharon jeffrey cynthia ryan kathleen jacob amy gary angela nicholas shirley eric anna jonathan ruth stephen brenda larry pamela justin nicole scott katherine brandon samantha benjamin christine samuel emma gregory catherine frank debra alexander virginia raymond rachel patrick carolyn jack janet dennis maria jerry heather tyler diane aaron julie jose joyce adam victoria henry kelly nathan christina douglas joan zachary evelyn peter judith kyle olivia ethan frances walter martha harold cheryl carl megan grace alice ada oliver sophie lucy harry chloe leo mia ella noah liam " +
    "hans anna peter ursula klaus monika jurgen petra gunter elisabeth wolfgang renate karl helga heinz ingrid stefan sabine andreas claudia martin birgit uwe heike lukas lena felix johanna max marie finn hannah jonas leonie greta " +
    "jean marie pierre jeanne michel francoise andre monique philippe catherine alain nathalie jacques isabelle bernard sylvie francois camille louis manon hugo lea jules chloe antoine juliette " +
    "antonio maria jose carmen manuel ana francisco isabel juan dolores javier pilar carlos teresa miguel rosa pedro lucia pablo marta alejandro paula diego elena sofia mateo valentina santiago camila luis " +
    "giuseppe giovanni rosa angela francesco giovanna antonella mario luca giulia marco chiara matteo francesca lorenzo alessandra paolo sara davide martina " +
    "joao francisca paulo adriana marcos juliana gabriel fernanda rafael patricia bruno aline thiago beatriz " +
    "jan johannes cornelis hendrik willem pieter sanne daan femke bram lotte thijs anouk " +
    "ivan olga dmitri natalia sergei elena alexei irina mikhail svetlana " +
    "mohammed fatima ahmed aisha ali omar hassan khadija ibrahim zainab yusuf leila " +
    "wei fang na min jing li ying jun yan lei yang ming chao xia hui " +
    "hiroshi yuki takashi keiko kenji yoko haruto sakura akira yui " +
    "raj priya amit anjali sanjay deepa rahul pooja arjun kavita lars erik ingrid sven astrid bjorn freja"
  ).split(" "),
);
/** Family names that begin a name written without blanks. */
export const HAN_FAMILY_NAMES =
  "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严佐鈴高田伊渡山中小加";
