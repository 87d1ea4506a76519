/** Where one Microsoft cloud answers. Nothing else in the package knows an address. */
export interface MicrosoftEndpoints {
  /** Origin of the identity platform, such as `https://login.microsoftonline.com`. */
  loginUrl: string;
  /** Origin of Graph, without the version, such as `https://graph.microsoft.com`. */
  graphUrl: string;
  /** Hosts (with a port where it isn't the default) of web, download and upload addresses; a leading `*.` or `.` matches sub-domains. */
  fileHosts: readonly string[];
}

/** Registrations and tokens don't cross clouds; `usgov-l4` is GCC High, `usgov-l5` the DoD's, `china` 21Vianet's. */
export type MicrosoftCloud = 'global' | 'usgov-l4' | 'usgov-l5' | 'china';

const CLOUDS: Record<MicrosoftCloud, MicrosoftEndpoints> = {
  global: {
    loginUrl: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    fileHosts: [
      '*.sharepoint.com',
      'onedrive.live.com',
      '1drv.ms',
      '*.1drv.com',
      'api.onedrive.com',
      'my.microsoftpersonalcontent.com',
      '*.svc.ms',
    ],
  },
  'usgov-l4': {
    loginUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://graph.microsoft.us',
    fileHosts: ['*.sharepoint.us'],
  },
  'usgov-l5': {
    loginUrl: 'https://login.microsoftonline.us',
    graphUrl: 'https://dod-graph.microsoft.us',
    fileHosts: ['*.sharepoint-mil.us'],
  },
  china: {
    loginUrl: 'https://login.partner.microsoftonline.cn',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn',
    fileHosts: ['*.sharepoint.cn'],
  },
};

/**
 * The addresses of a Microsoft cloud.
 * @see https://learn.microsoft.com/graph/deployments
 */
export function microsoftEndpoints(cloud: MicrosoftCloud): MicrosoftEndpoints {
  return CLOUDS[cloud];
}

/** The tenant that holds all personal accounts. */
export const PERSONAL_ACCOUNTS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Plain HTTP is allowed towards these alone. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(url.hostname)
  );
}
