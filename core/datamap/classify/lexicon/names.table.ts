/** What somebody is called, and what they sign in as. */
import { row, type Term } from "./term.ts";

export const NAMES: readonly Term[] = [
  row(
    "user.name.first",
    "sure",
    "t",
    "first name|firstname|fname|given name|givenname|forename|vorname|prenom|primer nombre|voornaam|roepnaam|名字",
  ),
  row(
    "user.name.last",
    "sure",
    "t",
    "last name|lastname|lname|surname|family name|familyname|nachname|familienname|nom famille|nom de famille|apellido|apellidos|cognome|sobrenome|apelido|achternaam|maiden name|geburtsname|myoji|苗字",
  ),
  row(
    "user.name",
    "sure",
    "t",
    "full name|fullname|real name|legal name|contact name|customer name|client name|employee name|patient name|holder name|account holder|card holder|cardholder|recipient name|sender name|author name|guest name|poster name|reporter name|person name|member name|student name|middle name|middlename|nom complet|nombre completo|nome completo|nominativo|volledige naam|tussenvoegsel|kundenname|ansprechpartner|contact person|emergency contact|contacto|xingming|zhenshi xingming|shimei|姓名|真实姓名|氏名|お名前|フリガナ|furigana|kana name|mother name|father name",
  ),
  row(
    "user.name",
    "person",
    "t",
    "name|display name|displayname|nom|nombre|nome|naam|initials|salutation name|名前|namae",
  ),
  row(
    "user.name",
    "likely",
    "t",
    "author|poster|sender|recipient|reporter|submitter|signatory|attendee|composer|writer|photographer|speaker|instructor|lyricist|autor|auteur|autore|verfasser|作者",
  ),
  row(
    "user.account.username",
    "sure",
    "t",
    "username|user name|user login|login name|loginname|screen name|login id|loginid|screenname|benutzername|nutzername|nom utilisateur|nombre usuario|nome utente|nome usuario|gebruikersnaam|yonghuming|用户名|ユーザー名|user handle",
  ),
  row(
    "user.account.username",
    "person",
    "t",
    "login|handle|nickname|nick|nicename|alias|spitzname|apodo|pseudo|pseudonyme|identifiant|nicheng|昵称|ニックネーム|account name",
  ),
];
