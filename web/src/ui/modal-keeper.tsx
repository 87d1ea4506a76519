import { useModalAttributes } from '@fluentui/react-components';

/**
 * Fluent's focus engine ends with the last component that uses it. Were that a dialog that is just taken away, the page
 * behind it would stay hidden from screen readers: so one user of the engine stays for good.
 */
export default function ModalKeeper() {
  useModalAttributes();
  return null;
}
