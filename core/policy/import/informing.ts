/** Statements that promise nothing, by their form: the reason, or null. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:last )?(?:updated|modified|revised)\b|^effective (?:date|from)|^最后更新|^更新日期|^生效日期/i,
    "says of when the text is",
  ],
  [
    /^(?:this|the) (?:privacy )?(?:policy|notice)\b.*\b(?:explains|applies|is applied|does not apply|describes|is not used)\b|^本(?:隐私)?政策(?:适用|说明|不适用)/i,
    "says what the text is about",
  ],
  [
    /\b(?:we (?:encourage|recommend|propose|advise)|please (?:read|note|be sure|understand|choose|consider|see|be aware)|it is recommended|you should (?:take|look))\b|请(?:仔细|注意|您)/i,
    "advises people",
  ],
  [
    /\b(?:no (?:system|method|internet|transmission)\b.*\b(?:secure|error-free)|cannot guarantee|not completely secure|not responsible|at your own risk|may also be vulnerable)\b|不能保证|自担风险|不承担/i,
    "limits what can be expected",
  ],
  [
    /\b(?:respects? your privacy|well aware of the importance|committed to protecting|committed to (?:your )?privacy)\b|非常重视/i,
    "declares an attitude",
  ],
  [
    /\b(?:hereinafter|refers to|is (?:usually )?an? |are very small|we reckon|we consider .* as|is one of the most)\b|是指/i,
    "defines or describes",
  ],
];

export function informing(text: string): string | null {
  for (const [form, why] of FORMS) if (form.test(text)) return why;
  return null;
}
