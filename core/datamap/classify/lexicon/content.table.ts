/** What somebody wrote, and what they did. */
import { row, type Term } from "./term.ts";

export const CONTENT: readonly Term[] = [
  row(
    "user.content.self_image",
    "sure",
    "ti",
    "avatar|avatar url|profile picture|profile image|profile photo|profilbild|photo profil|foto perfil|foto profilo|profielfoto|selfie|portrait|gravatar|touxiang|头像|プロフィール画像",
  ),
  row(
    "user.content.self_image",
    "person",
    "ti",
    "photo|photo url|picture|picture url|image|image url|foto|bild|imagen|immagine|afbeelding|zhaopian|照片|写真|face",
  ),
  row(
    "user.content.private",
    "person",
    "t",
    "message|private message|message body|msg|nachricht|mensaje|messaggio|mensagem|bericht|xiaoxi|note|notes|private notes|internal note|memo|notiz|bemerkung|remark|remarks|opmerking|observaciones|note interne|beizhu|备注|備考|メモ|メッセージ|消息|transcript|chat|prompt|conversation",
  ),
  row(
    "user.content",
    "person",
    "t",
    "body|content|text|comment|comments|review|feedback|answer|reply|post|caption|kommentar|commentaire|comentario|comentarios|commento|comentario texto|liuyan|pinglun|留言|评论|コメント|レビュー|bio|biography|about me|about|summary|description|signature|subject|headline|excerpt|status text|beschreibung|descripcion|inhalt|betreff|contenu|contenido|filename|file name|attachment",
  ),
  row(
    "user.behavior",
    "likely",
    "tdn",
    "last login|last login at|last logged in|last seen|last seen at|last active|last active at|last activity|last visit|last visited|last access|last sign in|last sign in at|current sign in at|sign in count|login count|logins|letzter login|letzte anmeldung|derniere connexion|ultimo acceso|ultimo accesso|laatste login|zuihou denglu|最后登录|最終ログイン",
  ),
  row(
    "user.behavior",
    "person",
    "tn",
    "clicks|page views|pageviews|views|visits|karma|reputation|event name|activity|time spent|utm source|utm campaign|utm medium|acquisition source|score",
  ),
  row(
    "user.behavior.browsing_history",
    "person",
    "t",
    "referer|referrer|landing page|visited url|page url|browsing history|entry page|last page",
  ),
  row(
    "user.behavior.search_history",
    "likely",
    "t",
    "search query|search term|search terms|search text|search history|keywords searched|suchbegriff|搜索词",
  ),
  row(
    "user.behavior.media_consumption",
    "person",
    "tn",
    "watch history|watched|listened|play count|watched seconds",
  ),
  row(
    "user.privacy_preferences",
    "likely",
    "tnbd",
    "newsletter|opt in|optin|opt out|optout|marketing|marketing email|marketing consent|consent|consented at|gdpr|subscribed|unsubscribed|unsubscribed at|do not track|allow tracking|do not contact|email notifications|einwilligung|werbung erlaubt|consentement|consentimiento|consenso|consentimento|toestemming|privacy settings|accepts marketing|email opt in|sms opt in|terms accepted at",
  ),
];
