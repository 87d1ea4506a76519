import { useSearchParams } from 'react-router';
import styles from './alone.module.css';
import { Alone } from './alone.tsx';

/** Where a link ends that was passed on to a tenant's administrator. Its reader is perhaps nobody of ours. */
export default function ApprovalPage() {
  const [address] = useSearchParams();
  if (address.has('declined'))
    return (
      <Alone title="Not approved" lead="Microsoft did not grant the permissions. Nothing has changed.">
        <p className={styles.more}>
          Consent for a whole organisation takes a Cloud Application Administrator, an Application Administrator or a
          Global Administrator; the link can be opened again at any time.
        </p>
      </Alone>
    );
  return (
    <Alone title="Thank you" lead="If Microsoft granted the permissions, people can connect their accounts now.">
      <p className={styles.more}>
        You can close this window. What you granted stands in Entra under Enterprise applications, and can be revoked
        there at any time.
      </p>
    </Alone>
  );
}
