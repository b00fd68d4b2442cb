"""The system calls that a room does without, as a program for the kernel.

Made here, on the trusted side, with libseccomp; the worker loads it as its last step before it reads a submission
(``confine.system_calls``). What is named here fails with "operation not permitted". What is newer than this file fails
as if the kernel did not have it: a later kernel's calls would be let in unseen, as ``fchmodat2`` was beside ``fchmod``.
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
        clone fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise kcmp
        kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd
        setpriority ioprio_set sched_setscheduler sched_setattr sched_setparam sched_setaffinity migrate_pages move_pages""",
    "namespaces and mounts": """
        unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick
        mount_setattr""",
    "memory that no limit counts": """
        memfd_create memfd_secret shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl semget semop semctl
        semtimedop mq_open mq_unlink io_setup""",
    "other people's files": """
        chmod fchmod fchmodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr
        fremovexattr utime utimes utimensat futimesat truncate mknod mknodat open_by_handle_at name_to_handle_at
        fanotify_init inotify_init inotify_init1 quotactl""",
    "the kernel itself": """
        keyctl add_key request_key bpf io_uring_setup io_uring_enter io_uring_register perf_event_open userfaultfd
        kexec_load kexec_file_load init_module finit_module delete_module personality syslog acct swapon swapoff
        reboot sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex iopl ioperm vhangup""",
}
# From fcntl.h: a pipe can be told to send any signal to any process whenever it is written to; kill is not needed.
FCNTL = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15}
# From linux/fs.h: flags of files (append only, no dump, …), which a descriptor for reading is enough to set.
IOCTL = {"FS_IOC_SETFLAGS": 0x40086602, "FS_IOC_FSSETXATTR": 0x401C5820}
# clone3, and whatever came after futex_waitv (449): since 424 the numbers are the same on all machines.
UNKNOWN = (435, *range(450, 600))


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
    # Of a command the kernel reads 32 bits, whatever stands in the others.
    made.add_rule(refuse, "prctl", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFFFFFFFF, PARENT_DEATH_SIGNAL))
    for call, commands in (("fcntl", FCNTL), ("ioctl", IOCTL)):
        for command in commands.values():
            made.add_rule(refuse, call, pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, command))
    made.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    for number in UNKNOWN:
        made.add_rule(pyseccomp.ERRNO(ENOSYS), number)
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
