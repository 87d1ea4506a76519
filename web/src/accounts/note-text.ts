/** A note's paragraphs; single line ends inside one are kept. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');

/** The text cut into words and https addresses, so that these can be links; a closing dot is no part of one. */
export function addressesIn(text: string): { text: string; isAddress: boolean }[] {
  return text
    .split(/(https:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, isAddress: part.startsWith('https://') }));
}
