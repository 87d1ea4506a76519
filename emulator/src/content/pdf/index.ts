export { documentText, isConvertible } from './document-text.ts';
export { writePdf } from './write-pdf.ts';
