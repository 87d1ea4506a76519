import { parseTokenKeys } from '@megdocs/microsoft365';
import type { Config, ConfigProblem, ConfigProblemCode } from '../../config.ts';
import { type Check, failure, found, type NewFinding, ok } from '../finding.ts';

const NO_START = 'MEGDocs does not start with this configuration.';
const WHY: Partial<Record<ConfigProblemCode, string>> = {
  public_url_not_https:
    'Passwords and documents would cross the network readable for everybody, and Entra accepts no such redirect URI. MEGDocs does not start.',
  public_url_disagrees:
    'Pages and the redirect URI would lie at different addresses, and Entra compares letter by letter. MEGDocs does not start.',
  token_keys_missing: 'Without a key no Microsoft token can be stored. MEGDocs does not start.',
  client_id_missing: 'Nobody can connect a Microsoft account.',
  client_id_not_a_guid:
    'Microsoft knows apps by that GUID alone; the name or the object id do not work. MEGDocs does not start.',
  two_credentials: 'It would be a matter of chance which one expires unnoticed. MEGDocs does not start.',
};

export const environment: Check = {
  id: 'environment',
  title: 'Environment variables',
  needs: [],
  explainedBy: [],
  async run({ config, problems }) {
    const findings = problems.map(describe);
    if (!problems.some(({ variable }) => variable.startsWith('TOKEN_KEYS'))) findings.push(...ofTokenKeys(config));
    if (!config.microsoft && !problems.some(({ variable }) => variable.startsWith('MICROSOFT_'))) {
      const { what, remedy } = NO_CLIENT_ID;
      findings.push(failure('client_id_missing', what, 'Nobody can connect a Microsoft account.', remedy));
    }
    if (findings.length > 0) return found(findings);
    return ok(`Read and in order. The public address is ${config.publicUrl.origin}.`);
  },
};

/** Written well and of no use all the same: two of one name, or bytes that anybody could guess. */
function ofTokenKeys({ tokenKeys }: Config): NewFinding[] {
  try {
    parseTokenKeys(tokenKeys);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : 'They can not be read.';
    const remedy = 'Correct TOKEN_KEYS. A new key: echo "k1:$(openssl rand -base64 32)"';
    return [failure('token_keys_unusable', `TOKEN_KEYS: ${why}`, NO_START, remedy)];
  }
}

const NO_CLIENT_ID = {
  what: 'MICROSOFT_CLIENT_ID is not set.',
  remedy: 'Register MEGDocs in Entra, set MICROSOFT_CLIENT_ID to its application (client) ID and give it a credential.',
};

function describe({ code, what, remedy }: ConfigProblem): NewFinding {
  return failure(code, what, WHY[code] ?? NO_START, remedy);
}
