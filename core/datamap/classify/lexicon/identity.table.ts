/** What names one person apart, places, sensors, and what belongs to an account. */
import { row, type Term } from "./term.ts";

export const IDENTITY: readonly Term[] = [
  row(
    "user.unique_id",
    "likely",
    "tn",
    "customer number|customer no|kundennummer|kunden nr|numero client|numero cliente|klantnummer|client number|member number|membership number|mitgliedsnummer|personalnummer|employee number|employee no|mitarbeiternummer|codigo empleado|numero empleado|codice dipendente|matricola|numero adherent|personeelsnummer|matricule|student number|matrikelnummer|loyalty card|loyalty number|referral code|kehu bianhao|会员号|工号|社員番号|会員番号|external user id|google id|facebook id|apple id|github id|openid|unionid|oauth id",
  ),
  row("user.unique_id", "person", "tn", "external id|uid|uuid|guid|public id|account id"),
  row(
    "user.location.precise",
    "likely",
    "tn",
    "latitude|longitude|lat|lng|lon|gps|gps coordinates|coordinates|geolocation|geo location|geo point|latlng|koordinaten|coordonnees gps|coordenadas|coordinate gps|lat lng|breitengrad|laengengrad|langengrad|latitud|longitud|latitudine|longitudine|经度|纬度|緯度|経度",
  ),
  row(
    "user.location.imprecise",
    "person",
    "t",
    "location|location name|home location|place name|timezone|time zone|geo city|geo country|geo region|standort|localisation|ubicacion|posizione|localizacao|locatie|weizhi|位置",
  ),
  row("user.sensor", "likely", "tn", "accelerometer|gyroscope|step count"),
  row("user.sensor", "person", "n", "steps"),
  row(
    "user.account",
    "weak",
    "tnb",
    "plan|subscription|subscription plan|credits|loyalty points|bonus points|tier|membership|membership type|jifen|积分|ポイント",
  ),
  row(
    "user.account.settings",
    "weak",
    "tn",
    "preferences|settings|user settings|einstellungen|parametres|preferencias",
  ),
];
