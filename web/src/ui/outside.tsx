import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Busy } from './busy.tsx';
import { FailureFence } from './failure-fence.tsx';
import styles from './outside.module.css';

/** Pages without the frame: sign-in, one-time links, the opening tab. */
export function OutsideFrame() {
  return (
    <div className={styles.desk}>
      <FailureFence>
        <Suspense fallback={<Busy sentence="Loading the page" />}>
          <Outlet />
        </Suspense>
      </FailureFence>
    </div>
  );
}
