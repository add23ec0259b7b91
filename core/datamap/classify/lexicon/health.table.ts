/**
 * Health: what a body has, what is measured of it, and what is done about it; and convictions, which are as delicate. One row a language,
 * so that whoever speaks it can see what is missing.
 */
import { row, type Term } from "./term.ts";

const HEALTH = "user.health_and_medical";
/** Said of a person wherever it stands. */
const sure = (terms: string): Term => row(HEALTH, "sure", "tnbd", terms);
/** Said of things as well: of a person only in a row about one. */
const rather = (terms: string): Term => row(HEALTH, "person", "tnd", terms);

export const HEALTH_TERMS: readonly Term[] = [
  // English
  sure(
    "diagnosis|diagnoses|diagnostic code|diagnosis code|illness|disease|diseases|disability|disabilities|disabled person|allergy|allergies|allergen|allergens|medication|medications|current medication|prescription|prescriptions|prescribed|symptom|symptoms|chief complaint|blood type|blood group|bloodtype|bmi|body mass index|pregnancy|pregnant|gestation|vaccination|vaccinations|vaccine|vaccines|vaccinated|immunization|immunizations|immunisation|immunisations|cvx code|medical|medical history|medical notes|medical condition|medical conditions|chronic disease|comorbidity|comorbidities|health condition|health status|mental health|sick leave|smoker|smoking status|icd|icd code|snomed|cause of death|cause death|hiv|blood pressure|heart rate|pulse rate|oxygen saturation|respiratory rate|body temperature|blood sugar|glucose|cholesterol|hemoglobin|haemoglobin|waist circumference|head circumference|lab result|lab results|anamnesis|health|hospitalization|hospitalisation|surgical history|psychiatric|menstruation|menstrual|contraception|contraceptive|tobacco use|alcohol use|substance use|recreational drugs|mammogram|chemotherapy|diabetes|epilepsy|cancer|asthma|hepatitis|tuberculosis|dementia|depression",
  ),
  rather(
    "prescription drug|drug|treatment|therapy|dose|dosage|body weight|weight|height|dead|death date|deceased|deceased date|date of death|pulse|respiration|bps|bpd|systolic|diastolic|tobacco|alcohol|caffeine|surgery|operation date|injury|injury type|onset date|rxnorm|clinical|sleep pattern|sleep patterns|exercise pattern|exercise patterns|risk factor|risk factors|suicide",
  ),
  // German
  sure(
    "diagnose|diagnosen|befund|befunde|allergie|allergien|unvertraglichkeit|unvertraglichkeiten|unvertraeglichkeit|medikament|medikamente|medikation|symptome|blutgruppe|schwanger|schwangerschaft|impfung|impfungen|impfstatus|impfdatum|impfstoff|krankheit|krankheiten|vorerkrankung|vorerkrankungen|erkrankung|erkrankungen|behinderung|schwerbehinderung|behinderungsgrad|gesundheit|gesundheitszustand|krankenstand|krankmeldung|krankheitstage|blutdruck|blutzucker|laborwert|laborwerte|anamnese|pflegegrad|pflegestufe|krankengeschichte|todesursache|raucher",
  ),
  rather(
    "behandlung|therapie|dosis|dosierung|koerpergroesse|korpergrosse|gewicht|puls|todesdatum|sterbedatum|verstorben|hausarzt",
  ),
  // French
  sure(
    "maladie|maladies|allergene|allergenes|groupe sanguin|medicament|medicaments|medication actuelle|symptome|vaccin|vaccins|antecedents medicaux|enceinte|grossesse|handicap|sante|etat de sante|tension arterielle|glycemie|invalidite|arret maladie|posologie|hospitalisation|cause deces|fumeur|dossier medical",
  ),
  rather("diagnostic|traitement|ordonnance|antecedents|poids|date deces|deces|medecin traitant|pouls"),
  // Spanish
  sure(
    "motivo consulta|motivo de consulta|motivo ingreso|motivo de ingreso|diagnostico|diagnosticos|alergia|alergias|medicamento|medicamentos|medicacion|sintoma|sintomas|vacuna|vacunas|vacunacion|grupo sanguineo|tipo sangre|tipo de sangre|enfermedad|enfermedades|antecedentes medicos|historia clinica|historial medico|presion arterial|glucemia|embarazo|embarazada|discapacidad|salud|estado de salud|baja medica|fumador|causa muerte",
  ),
  rather("tratamiento|receta medica|peso|estatura|fecha defuncion|fallecido|medico cabecera|pulso"),
  // Portuguese
  sure(
    "doenca|doencas|medicacao|vacina|vacinas|vacinacao|tipo sanguineo|historico medico|prontuario|pressao arterial|glicemia|gravidez|gravida|deficiencia|saude|fumante|causa morte|exame medico|laudo medico|tratamento medico|acompanhamento medico|medico psicologico|plano saude|plano de saude|fator rh|diabetico|diabetica|hipertenso|hipertensa|asmatico|asmatica|hemofilico|epileptico|epiletico|insulina|sarampo|caxumba|rubeola|catapora|coqueluche|escarlatina",
  ),
  rather("tratamento|fratura|altura|data obito|obito|falecido"),
  // Italian
  sure(
    "diagnosi|allergia|farmaco|farmaci|medicinale|medicinali|sintomo|sintomi|vaccino|vaccini|vaccinazione|vaccinazioni|gruppo sanguigno|malattia|malattie|anamnesi|cartella clinica|pressione arteriosa|gravidanza|incinta|disabilita|salute|fumatore|causa morte|ricetta medica",
  ),
  rather("trattamento|altezza|statura|data decesso|decesso|deceduto|medico curante|medico base"),
  // Dutch
  sure(
    "ziekte|ziekten|ziektes|ziektegeschiedenis|medicatie|medicijn|medicijnen|geneesmiddel|geneesmiddelen|symptoom|symptomen|vaccinatie|vaccinaties|inenting|inentingen|bloedgroep|bloeddruk|bloedsuiker|zwanger|zwangerschap|gezondheid|ziekteverzuim|ziekmelding|aandoening|aandoeningen|roker|doodsoorzaak",
  ),
  rather("behandeling|dosering|lichaamsgewicht|lichaamslengte|overlijdensdatum|overleden|huisarts|hartslag"),
  // Chinese, Japanese
  sure(
    "xuexing|血型|血液型|bingshi|zhenduan|诊断|病史|过敏|病歴|診断|アレルギー|健康|疾病|症状|疫苗|药物|用药|怀孕|残疾|妊娠|予防接種|服薬|障害",
  ),
  rather("体重|身高|身長|血压|血圧"),
  row(
    "user.health_and_medical.record_id",
    "sure",
    "tn",
    "medical record|medical record number|mrn|patient number|patient no|nhs number|patientennummer|fallnummer|numero patient|numero paciente|numero paziente|patientnummer|病历号",
  ),
  row(
    "user.health_and_medical.insurance_beneficiary_id",
    "sure",
    "tn",
    "tarjeta sanitaria|numero tarjeta sanitaria|num tarjeta sanitaria|health insurance|health insurance number|insurance number|krankenkasse|versichertennummer|krankenversicherung|numero mutuelle|carte vitale|zorgverzekering|zorgverzekeraar|medicare number|medicaid number|tessera sanitaria|tarjeta sanitaria|cartao sus|convenio medico|医保|保険証",
  ),
  row(
    "user.health_and_medical.genetic",
    "sure",
    "t",
    "genetic|genetics|genome|dna|dns profil|genotype|genetik|gentest|erbkrankheit|genetique|adn|test genetique|genetico|genetica|genoma|test genetico|dna profiel|erfelijke aandoening|遗传|基因|遺伝|遺伝子",
  ),
  row(
    "user.criminal_history",
    "sure",
    "tnb",
    "criminal record|criminal history|conviction|convictions|criminal offence|casier judiciaire|vorstrafe|vorstrafen|fuhrungszeugnis|fuehrungszeugnis|antecedentes penales|casellario|antecedentes criminais|strafblad|犯罪|前科|arrest record",
  ),
];
