import type { Reachability, Unreachable } from '@megdocs/microsoft365';
import type { OutgoingConfig } from '../../config.ts';
import { type Check, failure, found, type NewFinding, notTested, ok } from '../finding.ts';
import { passesProxy } from '../passes-proxy.ts';

const WHY = 'Nobody can connect, no connection can be renewed, and no document can be edited in Microsoft 365.';

export const network: Check = {
  id: 'network',
  title: 'Way to Microsoft',
  needs: [],
  explainedBy: ['environment'],
  async run({ app, config, endpoints }) {
    if (!app) return notTested('Not looked at: no app registration can be read from the environment.');
    const probe = await endpoints();
    const asked: [string, string, Reachability][] = [
      ['MICROSOFT_LOGIN_URL', app.endpoints.loginUrl, probe.login],
      ['MICROSOFT_GRAPH_URL', app.endpoints.graphUrl, probe.graph],
    ];
    const findings = asked.flatMap(([variable, address, reach]) =>
      reach.reached ? [] : [describe(variable, new URL(address), reach.why, config.outgoing)],
    );
    // Two hosts behind one wall are one thing to mend.
    const [first, second] = findings;
    if (first && second?.code === first.code && first.code !== 'host_unreachable') findings.pop();
    if (findings.length > 0) return found(findings);
    const way = passesProxy(new URL(app.endpoints.loginUrl), config.outgoing) ? 'through HTTPS_PROXY' : 'directly';
    const hosts = new Set([app.endpoints.loginUrl, app.endpoints.graphUrl].map((address) => new URL(address).host));
    return ok(`Answered ${way} by ${[...hosts].join(' and ')}.`);
  },
};

function describe(variable: string, url: URL, why: Unreachable, outgoing: OutgoingConfig): NewFinding {
  const host = url.host;
  if (why === 'certificate_unknown') return tlsInspection(host, outgoing);
  if (why === 'certificate_out_of_time') return certificateOutOfTime(host);
  if (why === 'certificate_of_another_host' || why === 'not_tls')
    return failure(
      'other_host_answers',
      `Somebody else answers in the place of ${host}: ${why === 'not_tls' ? 'not in TLS' : 'with a certificate for another name'}.`,
      WHY,
      `Check ${variable}, DNS and the hosts file; a portal that asks for a sign-in before it lets anybody through does this too.`,
    );
  if (why === 'not_microsoft') return blockPage(variable, host, passesProxy(url, outgoing));
  if (passesProxy(url, outgoing)) return proxyFails(host, why, outgoing);
  return why === 'name_unknown' ? nameUnknown(variable, host) : blocked(variable, host, why, outgoing);
}

/** A chain that ends at a CA nobody here knows: almost always a proxy of the hospital's own that looks into TLS. */
function tlsInspection(host: string, { extraCaCerts }: OutgoingConfig): NewFinding {
  return failure(
    'tls_inspection',
    `The certificate shown for ${host} comes from a CA that this machine does not know: something on the way looks into TLS.`,
    WHY,
    extraCaCerts
      ? `NODE_EXTRA_CA_CERTS is ${extraCaCerts}, but the CA is not in it, or the file can not be read. Have your network people give you the root certificate of the inspecting proxy (PEM), put it there, and start MEGDocs again.`
      : 'Have your network people give you the root certificate of the inspecting proxy (PEM), name the file with NODE_EXTRA_CA_CERTS, and start MEGDocs again. Or have them except Microsoft’s hosts from inspection, as Microsoft advises.',
  );
}

/** A firewall or proxy that answers by itself, most often with a page for people. */
function blockPage(variable: string, host: string, proxied: boolean): NewFinding {
  return failure(
    'block_page',
    `Something answers in the place of ${host}, but not as Microsoft does: most likely the block page or the sign-in page of a firewall${proxied ? ' or of the proxy' : ''}.`,
    WHY,
    `Have ${host} allowed for this machine, without a page in between (the page for IT lists all hosts). If no firewall stands there, check ${variable}.`,
  );
}

function certificateOutOfTime(host: string): NewFinding {
  return failure(
    'certificate_out_of_time',
    `The certificate shown for ${host} is not valid at the time that this machine's clock shows.`,
    WHY,
    'Check the clock of this machine first. If it is right, something on the way shows an expired certificate: tell your network people.',
  );
}

function proxyFails(host: string, why: Unreachable, { httpsProxy = '' }: OutgoingConfig): NewFinding {
  const proxy = URL.parse(httpsProxy)?.host || 'of that setting';
  if (why === 'proxy_refuses')
    return failure(
      'proxy_refuses',
      `The proxy ${proxy} (HTTPS_PROXY) does not open a tunnel to ${host}.`,
      WHY,
      `Have ${host} allowed for this machine, or give HTTPS_PROXY the name and password that the proxy asks for.`,
    );
  return failure(
    'proxy_unreachable',
    `The proxy ${proxy}, which HTTPS_PROXY names, can not be reached.`,
    WHY,
    'Check host and port of HTTPS_PROXY. If this machine needs no proxy, leave it empty, or list the host in NO_PROXY.',
  );
}

function nameUnknown(variable: string, host: string): NewFinding {
  return failure(
    'host_unreachable',
    `The name ${host} is not known to this machine's DNS.`,
    WHY,
    `Check ${variable} and MICROSOFT_CLOUD. If only a proxy may leave this network, set HTTPS_PROXY: it looks names up itself.`,
  );
}

function blocked(variable: string, host: string, why: Unreachable, outgoing: OutgoingConfig): NewFinding {
  const how = why === 'refused' ? 'is refused' : why === 'timed_out' ? 'gets no answer' : 'breaks off';
  if (outgoing.httpsProxy)
    return failure(
      'host_unreachable',
      `A connection to ${host} ${how}. NO_PROXY keeps it from going through the proxy.`,
      WHY,
      `Take ${host} out of NO_PROXY, or have the firewall let this machine through. Then check ${variable}.`,
    );
  return failure(
    'host_unreachable',
    `A direct connection to ${host} ${how}, and no proxy is set.`,
    WHY,
    `Most hospitals let servers out through a proxy alone: set HTTPS_PROXY to it. Otherwise have the firewall let this machine through, and check ${variable}.`,
  );
}
