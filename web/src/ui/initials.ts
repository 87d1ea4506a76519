/** "A. Author" → "AA", "Nora van Dijk" → "ND", "Cher" → "C". */
export function initials(name: string): string {
  const words = name.split(/[\s.]+/).filter((word) => /\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => word?.match(/\p{L}/u)?.[0].toLocaleUpperCase() ?? '').join('');
}
