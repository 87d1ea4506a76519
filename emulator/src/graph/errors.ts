import { newGuid } from '../world/ids.ts';
import type { Refusal } from '../world/records.ts';
import type { World } from '../world/world.ts';

interface GraphErrorShape {
  status: number;
  code: string;
  message: string;
  innerCode?: string;
}

/** What Graph answers, by the name under which a fault or the code asks for it. */
const ERRORS = {
  invalidRequest: { status: 400, code: 'invalidRequest', message: 'Invalid request' },
  ValidationError: { status: 400, code: 'ValidationError', message: 'The request is not valid.' },
  BadRequest: { status: 400, code: 'BadRequest', message: 'Bad request' },
  InvalidAuthenticationToken: { status: 401, code: 'InvalidAuthenticationToken', message: 'Access token is empty.' },
  unauthenticated: { status: 401, code: 'unauthenticated', message: 'The caller is not authenticated.' },
  accessDenied: { status: 403, code: 'accessDenied', message: 'Access denied' },
  notAllowed: { status: 403, code: 'notAllowed', message: 'The action is not allowed by the system.' },
  accessRestricted: { status: 403, code: 'accessRestricted', message: "Access restricted to the item's owner." },
  malwareDetected: { status: 403, code: 'malwareDetected', message: 'Malware was detected in the requested resource.' },
  itemNotFound: { status: 404, code: 'itemNotFound', message: 'The resource could not be found.' },
  ResourceNotFound: { status: 404, code: 'ResourceNotFound', message: "User's mysite not found." },
  InputFormatNotSupported: {
    status: 406,
    code: 'notSupported',
    message: 'The file cannot be converted to the requested format.',
    innerCode: 'InputFormatNotSupported',
  },
  notSupported: { status: 405, code: 'notSupported', message: 'The request is not supported by the system.' },
  nameAlreadyExists: { status: 409, code: 'nameAlreadyExists', message: 'Name already exists' },
  resyncRequired: {
    status: 410,
    code: 'resyncRequired',
    message: "Resync required. Replace any local items with the server's version.",
    innerCode: 'resyncChangesApplyDifferences',
  },
  resyncUpload: {
    status: 410,
    code: 'resyncRequired',
    message: 'Resync required. Upload any local items that the service does not return.',
    innerCode: 'resyncChangesUploadDifferences',
  },
  lengthRequired: { status: 411, code: 'invalidRequest', message: 'The Content-Length header is required.' },
  resourceModified: { status: 412, code: 'resourceModified', message: "ETag does not match current item's value" },
  maxFileSizeExceeded: { status: 413, code: 'maxFileSizeExceeded', message: 'Max file size exceeded.' },
  invalidRange: { status: 416, code: 'invalidRange', message: 'Invalid Content-Range header value.' },
  fragmentOverlap: {
    status: 416,
    code: 'invalidRange',
    message: 'Uploaded fragment overlaps with existing data.',
    innerCode: 'fragmentOverlap',
  },
  fragmentOutOfOrder: {
    status: 416,
    code: 'invalidRange',
    message: 'The uploaded fragment is out of order.',
    innerCode: 'fragmentOutOfOrder',
  },
  resourceLocked: {
    status: 423,
    code: 'notAllowed',
    message: 'The resource you are attempting to access is locked',
    innerCode: 'resourceLocked',
  },
  failedDependency: { status: 424, code: 'FailedDependency', message: 'A request that this one depends on failed.' },
  activityLimitReached: {
    status: 429,
    code: 'activityLimitReached',
    message: 'The request has been throttled',
    innerCode: 'throttledRequest',
  },
  TooManyRequests: { status: 429, code: 'TooManyRequests', message: 'Please retry again later.', innerCode: '429' },
  generalException: { status: 500, code: 'generalException', message: 'General exception while processing' },
  UnknownError: { status: 502, code: 'UnknownError', message: '' },
  serviceNotAvailable: { status: 503, code: 'serviceNotAvailable', message: 'The service is unavailable.' },
  quotaLimitReached: { status: 507, code: 'quotaLimitReached', message: 'Insufficient Space Available' },
  notImplemented: {
    status: 501,
    code: 'notSupported',
    message: 'The emulator does not do this.',
    innerCode: 'notImplementedByEmulator',
  },
} satisfies Record<string, GraphErrorShape>;

export type GraphErrorName = keyof typeof ERRORS;

export function isGraphErrorName(name: string): name is GraphErrorName {
  return Object.hasOwn(ERRORS, name);
}

/** A refusal in Graph's own words. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly kind: GraphErrorName;
  readonly headers: Record<string, string>;

  constructor(kind: GraphErrorName, message?: string, headers: Record<string, string> = {}) {
    const shape: GraphErrorShape = ERRORS[kind];
    super(message ?? shape.message);
    this.kind = kind;
    this.headers = headers;
  }

  get code(): string {
    return ERRORS[this.kind].code;
  }

  get status(): number {
    return ERRORS[this.kind].status;
  }
}

/** What the emulator does not do is said aloud: a silent success would be a lie in somebody's test. */
export function notImplemented(what: string): GraphError {
  return new GraphError('notImplemented', `The Microsoft 365 emulator does not do this: ${what}. See its SUPPORT.md.`);
}

const REFUSALS: Record<Refusal, [GraphErrorName, string?]> = {
  itemNotFound: ['itemNotFound'],
  parentNotFound: ['itemNotFound', 'The parent folder could not be found.'],
  nameAlreadyExists: ['nameAlreadyExists', 'The specified item name already exists.'],
  invalidName: [
    'invalidRequest',
    'The provided name cannot be used: it is empty, too long, reserved or holds a character that is not allowed.',
  ],
  pathTooLong: ['invalidRequest', 'The specified file or folder name is too long.'],
  locked: ['resourceLocked'],
  checkedOut: ['resourceLocked', 'The file is checked out or locked for editing by another user.'],
  notCheckedOut: ['invalidRequest', 'The file is not checked out.'],
  eTagMismatch: ['resourceModified'],
  quotaExceeded: ['quotaLimitReached'],
  notAFile: ['invalidRequest', 'The item is not a file.'],
  notAFolder: ['invalidRequest', 'The item is not a folder.'],
  isRoot: ['invalidRequest', 'The root of a drive cannot be changed.'],
  intoItself: ['invalidRequest', 'A folder cannot be moved into itself.'],
};

export function refusalToGraphError(reason: Refusal): GraphError {
  const [kind, message] = REFUSALS[reason];
  return new GraphError(kind, message);
}

/** `innerError` at the Graph gateway, `innererror` at SharePoint's own hosts. */
export function graphErrorBody(
  world: World,
  error: GraphError,
  ids: { requestId?: string; clientRequestId?: string | undefined } = {},
  innerKey: 'innerError' | 'innererror' = 'innerError',
): Record<string, unknown> {
  const shape: GraphErrorShape = ERRORS[error.kind];
  const requestId = ids.requestId ?? newGuid(world.random);
  return {
    error: {
      code: shape.code,
      message: error.message,
      [innerKey]: {
        ...(shape.innerCode === undefined ? {} : { code: shape.innerCode }),
        date: world.clock.now().toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': ids.clientRequestId ?? requestId,
      },
    },
  };
}
