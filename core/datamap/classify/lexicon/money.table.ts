/** Money and work. */
import { row, type Term } from "./term.ts";

export const MONEY: readonly Term[] = [
  row(
    "user.financial.bank_account",
    "sure",
    "tn",
    "iban|bank account|bank account number|kontonummer|bankverbindung|bankkonto|compte bancaire|rib|cuenta bancaria|numero cuenta|conto corrente|conto bancario|conta bancaria|rekeningnummer|bankrekening|yinhangka|yinhang zhanghao|银行卡|银行账号|口座番号|routing number|sort code|bankleitzahl|blz",
  ),
  row(
    "user.financial.bank_account",
    "likely",
    "tn",
    "account number|acct number|account no|bic|swift|swift code|bank name",
  ),
  row(
    "user.financial.credit_card",
    "sure",
    "tn",
    "card number|cardnumber|card num|cardnum|card no|card exp month|card exp year|credit card|creditcard|credit card number|cc number|ccnum|ccnumber|cvv|cvc|card expiry|card exp|card last|last four|kreditkarte|kreditkartennummer|carte bancaire|numero carte|numero tarjeta|tarjeta|carta credito|numero carta|cartao|numero cartao|creditcardnummer|信用卡|カード番号",
  ),
  row(
    "user.financial",
    "sure",
    "tn",
    "salary|wage|income|gehalt|lohn|einkommen|salaire|revenu|salario|sueldo|stipendio|reddito|renda|salaris|inkomen|gongzi|工资|薪资|収入|給与|bonus payment|hourly wage|hourly rate|pay rate|stundenlohn|monatsgehalt|credit score|creditscore|bonitat|schufa|net worth|annual income|pension",
  ),
  row(
    "user.financial",
    "person",
    "tn",
    "balance|account balance|credit limit|kontostand|solde|saldo|debt|payout|donation|donation amount|yue|余额|残高",
  ),
  row(
    "user.financial",
    "weak",
    "tn",
    "amount|total|total amount|amount paid|paid amount|grand total|betrag|summe|montant|importe|importo|bedrag|jine|金额|金額|total price|invoice total",
  ),
  row("user.financial.bank_account", "person", "t", "bank|banque|banco|banca"),
  row(
    "user.payment",
    "likely",
    "t",
    "stripe customer id|stripe customer|paypal|paypal email|stripe subscription id|braintree customer|payment token",
  ),
  row(
    "user.payment",
    "person",
    "t",
    "payment method|payment type|card brand|card type|zahlungsart|moyen paiement|metodo pago|支付方式",
  ),
  row(
    "user.job_title",
    "likely",
    "t",
    "job title|jobtitle|occupation|profession|beruf|berufsbezeichnung|metier|poste occupe|ocupacion|ocupacao|profesion|professione|profissao|beroep|zhiye|职业|职位|職業|役職",
  ),
  row("user.job_title", "person", "t", "job|position|title|cargo|puesto|funktion|function|job role"),
];
