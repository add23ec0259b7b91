import type { Cues } from "../../policy/import/heard.ts";

const WHAT = /\b(?:cookies?|web beacons?|pixel tags?)\b|信标/i;
const SAYS =
  /\b(?:we (?:and [\w-]+(?: [\w-]+)* )?(?:also )?use|you can|we will store|by clicking|disable|turn off|turn cookies off|set your browser)\b|使用|您可以|关闭/i;

export const cues: Cues = (h) => {
  if (
    !h.has(WHAT) ||
    !h.has(SAYS) ||
    h.has(/\bconsent to our use\b|\bif you do not agree\b|\bcookie policy for\b|同意/i)
  )
    return null;
  const categories = [
    ...(h.has(/\b(?:authentication|operate|normal operation)\b/i) ? ["necessary"] : []),
    ...(h.has(/\bpreferences\b/i) ? ["preferences"] : []),
    ...(h.has(/\b(?:analy[sz]e|analytics|understand user behavior|measure)\b|分析|衡量/i)
      ? ["analytics"]
      : []),
    ...(h.has(/\bsecurity\b/i) ? ["security"] : []),
    ...(h.has(/\b(?:advertising|content that may be of interest)\b|广告/i) ? ["advertising"] : []),
    ...(h.has(/\b(?:improve|experience|functionality)\b|改进|功能/i) ? ["functional"] : []),
  ];
  const control = [
    ...(h.has(/\bbrowser\b|浏览器|\bturn off all\b|\bdisable cookies\b|关闭/i) ? ["browser"] : []),
    ...(h.has(/\bunsubscribe\b/i) ? ["unsubscribe"] : []),
  ];
  const also = [
    ...(h.has(/\bbeacons?\b|信标/i) ? ["beacons"] : []),
    ...(h.has(/\bpixel tags?\b/i) ? ["pixels"] : []),
    ...(h.has(/\bscripts\b/i) ? ["scripts"] : []),
  ];
  return {
    spec: {
      cookies: categories.length > 0 ? categories : ["functional"],
      ...(control.length > 0 ? { control } : {}),
      ...(also.length > 0 ? { also } : {}),
    },
    ...(categories.length > 0 ? {} : { assumed: ["cookies"] }),
  };
};
