/** Health: what a body has, and what is done about it; and convictions, which are as delicate. */
import { row, type Term } from "./term.ts";

export const HEALTH: readonly Term[] = [
  row(
    "user.health_and_medical",
    "sure",
    "tnbd",
    "diagnosis|diagnose|diagnostic code|illness|disease|disability|disabled person|allergy|allergies|allergie|allergien|alergia|alergias|allergia|medication|medications|medikament|medikamente|medicament|medicamento|farmaco|symptom|symptoms|symptome|sintomas|blood type|blood group|bloodtype|blutgruppe|groupe sanguin|grupo sanguineo|gruppo sanguigno|bloedgroep|xuexing|血型|血液型|bmi|pregnancy|pregnant|schwanger|schwangerschaft|enceinte|embarazo|gravidanza|zwanger|vaccination|vaccine|impfung|impfstatus|vaccin|vacuna|krankheit|krankheiten|behinderung|schwerbehinderung|maladie|handicap|enfermedad|discapacidad|malattia|doenca|deficiencia|ziekte|bingshi|zhenduan|诊断|病史|过敏|病歴|診断|アレルギー|medical|medical history|medical notes|medical condition|health condition|health status|gesundheit|gesundheitszustand|sante|salud|salute|saude|gezondheid|健康|sick leave|krankenstand|krankmeldung|krankheitstage|smoker|icd|icd code|cause of death|cause death|hiv|blood pressure|heart rate|blutdruck|anamnese|anamnesis|health",
  ),
  row(
    "user.health_and_medical",
    "person",
    "tn",
    "prescription|treatment|therapy|therapie|dose|dosage|body weight|weight|height|dead|death date|koerpergroesse|korpergrosse|gewicht",
  ),
  row(
    "user.health_and_medical.record_id",
    "sure",
    "tn",
    "medical record|medical record number|mrn|patient number|nhs number|patientennummer|病历号",
  ),
  row(
    "user.health_and_medical.insurance_beneficiary_id",
    "sure",
    "tn",
    "health insurance|health insurance number|insurance number|krankenkasse|versichertennummer|krankenversicherung|numero mutuelle|zorgverzekering|medicare number|医保|保険証",
  ),
  row("user.health_and_medical.genetic", "sure", "t", "genetic|genome|dna|genotype|genetik|遗传"),
  row(
    "user.criminal_history",
    "sure",
    "tnb",
    "criminal record|criminal history|conviction|convictions|criminal offence|casier judiciaire|vorstrafe|vorstrafen|fuhrungszeugnis|fuehrungszeugnis|antecedentes penales|casellario|antecedentes criminais|strafblad|犯罪|前科|arrest record",
  ),
];
