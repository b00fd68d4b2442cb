"""The system calls that a room does without, as a program for the kernel.

Made here, on the trusted side, with libseccomp; the worker loads it as its last step before it reads a submission
(``confine.system_calls``). What is named here fails with "operation not permitted"; clone3 fails as if the kernel did
not have it, so that the C library makes threads with clone, whose flags can be looked at.
"""

import functools
import os
import tempfile
from errno import ENOSYS, EPERM

from .confine import PARENT_DEATH_SIGNAL

REFUSED = {
    "the network": """
        socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg""",
    "other programs and processes": """
        fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise kcmp
        kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd
        setpriority ioprio_set sched_setscheduler sched_setattr migrate_pages move_pages""",
    "namespaces and mounts": """
        unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick
        mount_setattr""",
    "memory that no limit counts": """
        memfd_create memfd_secret shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl semget semop semctl
        semtimedop mq_open mq_unlink""",
    "other people's files": """
        chmod fchmod fchmodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr
        fremovexattr utime utimes utimensat futimesat truncate mknod mknodat open_by_handle_at name_to_handle_at
        fanotify_init inotify_init inotify_init1 quotactl""",
    "the kernel itself": """
        keyctl add_key request_key bpf io_uring_setup io_uring_enter io_uring_register perf_event_open userfaultfd
        kexec_load kexec_file_load init_module finit_module delete_module personality syslog acct swapon swapoff
        reboot sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex iopl ioperm vhangup""",
}
CLONE_THREAD = 0x00010000


class NoFilter(Exception):
    """The filter cannot be made; the message says what is missing."""


@functools.cache
def program() -> bytes:
    """The filter, in the form in which the kernel takes it.

    Raises
    ------
    NoFilter
        If pyseccomp or libseccomp is not installed.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError) as error:
        raise NoFilter(f"the filter for system calls cannot be made: {error}") from error
    made = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(EPERM)
    for names in REFUSED.values():
        for name in names.split():
            # Not every machine has every call: 64-bit ARM has no fork of its own.
            if _number(pyseccomp, name) >= 0:
                made.add_rule(refuse, name)
    made.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    made.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    made.add_rule(refuse, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, PARENT_DEATH_SIGNAL))
    made.add_rule(pyseccomp.ERRNO(ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return os.read(file.fileno(), 1 << 20)


def _number(pyseccomp, name: str) -> int:
    try:
        return pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    except ValueError:
        return -1
