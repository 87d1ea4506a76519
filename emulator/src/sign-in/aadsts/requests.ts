import { type AadstsEntry, DENIED, REQUEST, RESOURCE, rows, SCOPE } from './entry.ts';

/** What is wrong with the request itself, with its scopes, or with the service. */
export const REQUEST_CODES: Record<number, AadstsEntry> = {
  ...rows(REQUEST, 'page', {
    50011:
      'The redirect URI specified in the request does not match the redirect URIs configured for the application. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.',
    50059: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    50194:
      'The application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after 10/15/2018. Use a tenant-specific endpoint or configure the application to be multi-tenant.',
    90002:
      'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
    90019: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    90038:
      "Tenant request is being redirected to the National Cloud 'MicrosoftOnline.US'. Send the request to the sign-in address of that cloud.",
    90102: "'redirect_uri' value must be a valid absolute URI.",
    500113: 'No reply address is registered for the application.',
    500208: 'The domain is not a valid login domain for the account type.',
    901002: "The 'resource' request parameter is not supported.",
    9002332:
      'The application is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.',
  }),
  ...rows(REQUEST, 'redirect', {
    28003:
      "Provided value for the input parameter 'scope' can't be empty when requesting an access token using the provided authorization code. Please specify a valid scope.",
    50147: 'Invalid size of Code_Challenge parameter.',
    50149: 'Invalid Code_Challenge_method parameter.',
    501491: 'Invalid size of Code_Challenge parameter.',
    70007: "The provided value for the input parameter 'response_mode' is not allowed for the requested response type.",
    90014: 'The required field is missing from the request.',
    700022: 'The provided scopes name several resources. Ask for a token for one resource at a time.',
    900144: 'The request body must contain a required parameter.',
    900382: 'Confidential Client is not supported in Cross Cloud request.',
    900561: 'The endpoint only accepts POST requests. Received a GET request.',
    9001023:
      'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
    9002313: 'Invalid request. Request is malformed or invalid.',
    9002325: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    9002326: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
    9002327:
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  }),
  ...rows({ error: 'invalid_instance', status: 400 }, 'page', { 50049: 'Unknown or invalid instance.' }),
  ...rows(SCOPE, 'redirect', {
    28002:
      'Provided value for the input parameter scope is not valid when requesting an access token. Please specify a valid scope.',
    70011: "The provided value for the input parameter 'scope' is not valid.",
  }),
  ...rows(RESOURCE, 'redirect', {
    65005:
      'The application is misconfigured: it asked for a resource or a scope that its registration does not list, or that is not in this tenant.',
    500011:
      'The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    650057:
      "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
  }),
  ...rows(RESOURCE, 'page', {
    650052:
      'The app needs access to a service that your organization has not subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.',
  }),
  ...rows({ error: 'unsupported_grant_type', status: 400 }, 'redirect', {
    70003: 'The app requested an unsupported grant type.',
  }),
  ...rows({ error: 'unsupported_response_type', status: 400 }, 'redirect', {
    70005: 'The app requested an unsupported response type.',
    700054: "response_type 'id_token' is not enabled for the application.",
  }),
  ...rows(DENIED, 'page', {
    500021:
      'Access to the tenant is denied: your administrator has restricted which tenants may be used from this network.',
    500212:
      "The user's administrator has set an outbound access policy that does not allow access to the resource tenant.",
    500213: "The resource tenant's cross-tenant access policy does not allow this user to access this tenant.",
  }),
  ...rows({ error: 'temporarily_unavailable', status: 503 }, 'redirect', {
    50033: 'A retryable error has occurred. Please try again.',
    90006: 'The service is temporarily unavailable. Please retry.',
    90012: 'The request timed out. Please try again.',
    90024: 'The request budget was exceeded: a transient error has occurred. Please try again.',
    90033: 'A transient error has occurred. Please try again.',
  }),
  ...rows({ error: 'server_error', status: 500 }, 'redirect', {
    90090: 'The service hit a transient error with the directory. Please try again.',
  }),
  ...rows({ error: 'temporarily_unavailable', status: 429 }, 'redirect', {
    90055: 'The request was throttled because of too many requests in the tenant. Please try again later.',
  }),
};
