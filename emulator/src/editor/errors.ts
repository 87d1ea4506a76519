export type EditorErrorCode =
  | 'not-a-word-package'
  | 'package-too-large'
  | 'unsupported-package'
  | 'malformed-blocks'
  | 'base-is-older'
  | 'save-is-superseded'
  | 'protected';

/** A failure that the editor can put into words for the person who is typing. */
export class EditorError extends Error {
  readonly code: EditorErrorCode;

  constructor(code: EditorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EditorError';
    this.code = code;
  }
}
