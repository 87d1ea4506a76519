/** A file that says it is a package can't be read as one, or would unpack to too much. */
export class PackageUnreadable extends Error {
  override readonly name = 'PackageUnreadable';
  readonly code: 'damaged' | 'too_large';

  constructor(code: 'damaged' | 'too_large', reason: string, options?: ErrorOptions) {
    super(`The file can't be read as an Office document. ${reason}`, options);
    this.code = code;
  }
}
