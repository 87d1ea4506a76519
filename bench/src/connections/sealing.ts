import { createSealing } from '@megdocs/microsoft365';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { aToken } from './identity-provider.ts';
import { compare, type Finding } from './measure.ts';
import { TOKEN_KEY } from './stage.ts';

/** P7: opening a sealed token of 2 KB, against a JWE with the same cipher. */
export async function measureSealing(): Promise<Finding[]> {
  const sealing = createSealing([TOKEN_KEY]);
  const place = { table: 'oauth2_integration', id: 'bench', column: 'sealed_access_token' };
  const token = aToken();
  const sealed = sealing.seal(token, place);
  const jwe = await new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(TOKEN_KEY.key);
  const decoder = new TextDecoder();
  const seconds = await compare(
    {
      ours: () => sealing.open(sealed, place),
      jwe: async () => decoder.decode((await compactDecrypt(jwe, TOKEN_KEY.key)).plaintext),
    },
    { calls: 2000 },
  );
  return [
    { id: 'P7', what: 'opening a sealed token of 2 KB', value: seconds.ours * 1e6, unit: 'µs', bar: { atMost: 10 } },
    {
      id: 'P7',
      what: 'a JWE of the same, against ours',
      value: seconds.jwe / seconds.ours,
      unit: '×',
      bar: { atLeast: 8 },
    },
  ];
}
