/** Ways in: passwords, secrets, what is measured of a body to let it in; and devices. */
import { row, type Term } from "./term.ts";

export const ACCESS: readonly Term[] = [
  row(
    "user.authorization.password",
    "sure",
    "t",
    "password|passwd|pwd|passphrase|password hash|password digest|encrypted password|hashed password|crypted password|passwort|kennwort|mot de passe|mdp|motdepasse|contrasena|contrasenia|senha|wachtwoord|mima|pasuwado|密码|パスワード|user pass|passwordhash|salt|password salt",
  ),
  row("user.authorization.password", "person", "t", "pass|clave|parola"),
  row(
    "user.authorization.credentials",
    "sure",
    "t",
    "token|access token|refresh token|api key|apikey|api token|api secret|secret|client secret|secret key|otp|otp secret|totp|mfa secret|two factor secret|recovery code|backup codes|reset token|password reset token|confirmation token|activation key|activation code|remember token|session token|auth token|auth key|login key|loginkey|private key|security answer|secret answer|security question|mother maiden name|mothers maiden name|maiden name of mother|geburtsname der mutter|lingpai|令牌|トークン|webauthn",
  ),
  row(
    "user.authorization.credentials",
    "sure",
    "tn",
    "backup code|backup codes|recovery codes|validation code|verification code|reset code|tfa secret|tfa backup|mfa backup",
  ),
  // What a browser sends to be let in again; as a number it is a row's.
  row(
    "user.authorization.credentials",
    "likely",
    "t",
    "session id|session key|session token|sessid|sessionid|session uuid|phpsessid|jsessionid",
  ),
  row("user.authorization.credentials", "person", "tn", "pin|oauth uid|credential|credentials|provider uid"),
  row(
    "user.authorization.biometric",
    "sure",
    "ti",
    "face encoding|face embedding|face template|faceprint|voiceprint|iris scan|retina scan|biometric|biometrics|biometrie|biometrico|biometrica|biometriques|biometrique|biometria|biometrisch|biometrische daten|biometrische gegevens|empreinte digitale|huella dactilar|huellas dactilares|impronta digitale|impronte digitali|impressao digital|fingerabdruck|fingerabdrucke|fingerabdruecke|vingerafdruk|vingerafdrukken|gesichtserkennung|reconnaissance faciale|reconocimiento facial|fingerprint template|指紋|顔認証|生体|指纹|人脸",
  ),
  row(
    "user.device.ip_address",
    "sure",
    // Packed into four or sixteen bytes, too.
    "tni",
    "ip|ip address|ip addr|ipaddress|ipaddr|lastip|regip|registerip|loginip|userip|posterip|remoteip|clientip|remote addr|remote ip|client ip|adresse ip|direccion ip|indirizzo ip|ipadresse|ip地址|ipアドレス",
  ),
  row(
    "user.device.device_id",
    "sure",
    "t",
    "device id|deviceid|device token|device uuid|imei|imsi|udid|idfa|gaid|advertising id|android id|mac address|macaddress|push token|device fingerprint|browser fingerprint|geraetekennung|设备号",
  ),
  row("user.device.device_id", "person", "t", "mac|serial number|fingerprint"),
  row("user.device", "sure", "t", "user agent|useragent|http user agent|browser agent|ユーザーエージェント"),
  row(
    "user.device",
    "person",
    "t",
    "browser|device|device name|device model|device type|operating system|os version|platform|screen resolution|agent",
  ),
  row("user.device.cookie_id", "sure", "t", "cookie|cookie id|ga client id|gclid|fbclid"),
  row(
    "user.unique_id.pseudonymous",
    "likely",
    "t",
    "visitor id|anonymous id|tracking id|pseudonym|pseudonymous id|distinct id|user hash|visitor uuid",
  ),
];
