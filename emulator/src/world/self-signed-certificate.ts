import { createPublicKey, type KeyObject, sign } from 'node:crypto';

const COMMON_NAME = 'Microsoft 365 emulator';
const YEARS_VALID = 5;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const EXPLICIT_0 = 0xa0;
/** sha256WithRSAEncryption, with its NULL parameters. */
const SIGNATURE_ALGORITHM = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const COMMON_NAME_OID = Buffer.from('0603550403', 'hex');

/** An X.509 certificate for an RSA key, signed by itself: what a key set shows as `x5c`. DER. */
export function selfSignedCertificate(privateKey: KeyObject, serial: Uint8Array, from: Date): Buffer {
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + YEARS_VALID);
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME_OID, der(UTF8_STRING, Buffer.from(COMMON_NAME)))));
  const body = der(
    SEQUENCE,
    der(EXPLICIT_0, der(INTEGER, Buffer.of(2))),
    // The first bit of a positive integer is 0, and a serial number has no leading zero byte.
    der(INTEGER, Buffer.concat([Buffer.of(0x40), serial])),
    SIGNATURE_ALGORITHM,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  return der(SEQUENCE, body, SIGNATURE_ALGORITHM, der(BIT_STRING, Buffer.of(0), signature));
}

/** Years from 2050 on need four digits. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(digits.slice(2)))
    : der(GENERALIZED_TIME, Buffer.from(digits));
}

/** Tag, length, content: lengths from 128 on are led by their own number of bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}
