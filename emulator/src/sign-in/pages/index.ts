export {
  accountKindPage,
  accountPickerPage,
  emailPage,
  passwordPage,
  secondFactorPage,
  signedOutPage,
} from './account-pages.ts';
export { adminApprovalPage, consentPage } from './consent-pages.ts';
export { confirmDevicePage, deviceDonePage, enterCodePage } from './device-pages.ts';
export type { FormTarget } from './form.ts';
export { errorLookupPage, errorPage, formPostPage, nativeClientPage } from './outcome-pages.ts';
