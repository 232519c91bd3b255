/*
 * A disk that can be looked at, slowed down and broken, for a program that is started with
 * LD_PRELOAD=<this library>. It concerns the files under one folder; everything else is as ever.
 *
 *   DISK_FOLDER             the folder, an absolute path without symbolic links; without it nothing happens
 *   DISK_LOG                a file that every change under the folder is appended to; see below
 *   DISK_SYNC_DELAY_US      every fsync and fdatasync takes that many microseconds longer
 *   DISK_FULL_WHILE         writes fail with ENOSPC as long as this file exists
 *   DISK_READ_ONLY_WHILE    writes, truncations, creations and deletions fail with EROFS as long as this file exists
 *   DISK_SYNC_FAILS_WHILE   fsync and fdatasync fail with EIO as long as this file exists
 *
 * Build it: gcc -shared -fPIC -O2 -o disk.so disk.c -ldl -lpthread
 * Slow SQLite down to 2 ms a sync:
 *   LD_PRELOAD=$PWD/disk.so DISK_FOLDER=$PWD/data DISK_SYNC_DELAY_US=2000 java -jar target/latchkey.jar server config.yml
 *
 * It covers the calls that SQLite makes, and those with which Java makes a file: open, write, pwrite, ftruncate, fsync,
 * fdatasync, unlink. It leaves -shm files out of the log: SQLite never relies on them after a crash. Of rename, mmap and
 * writev it knows nothing: SQLite does not change its files with them.
 *
 * The log is a sequence of records, little-endian and without gaps:
 *   type        1 byte    C created, W written, T truncated, U unlinked, S synced, D folder synced
 *   pathLength  2 bytes
 *   position    8 bytes   W: offset in the file; T: the new length; S, D: how long the log was when the sync began
 *   dataLength  4 bytes   W only, else 0
 *   path                  relative to DISK_FOLDER; D: empty for the folder itself
 *   data
 * A sync covers what stands in the log before `position`: what came while it ran may or may not be on the disk. Records
 * of changes stand in the order in which the changes were made; that of a sync comes before the call returns, so that
 * whoever has seen its effect finds it in the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 65536
#define EXPORT __attribute__((visibility("default")))

struct header {
    uint8_t type;
    uint16_t path_length;
    uint64_t position;
    uint32_t data_length;
} __attribute__((packed));

static const char *folder, *full_while, *read_only_while, *sync_fails_while;
static size_t folder_length;
static long sync_delay;
static int log_file = -1;
static uint64_t log_length;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
/* The absolute path behind a descriptor, if it is one under the folder. */
static char *paths[MAX_FILES];

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_unlink)(const char *);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);

static void die(const char *what) {
    perror(what);
    abort();
}

static void setup(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    full_while = getenv("DISK_FULL_WHILE");
    read_only_while = getenv("DISK_READ_ONLY_WHILE");
    sync_fails_while = getenv("DISK_SYNC_FAILS_WHILE");
    sync_delay = getenv("DISK_SYNC_DELAY_US") ? atol(getenv("DISK_SYNC_DELAY_US")) : 0;
    if (getenv("DISK_FOLDER") && getenv("DISK_LOG")) {
        log_file = real_open(getenv("DISK_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        struct stat status;
        if (log_file < 0 || fstat(log_file, &status)) {
            die("DISK_LOG");
        }
        log_length = status.st_size;
    }
    folder = getenv("DISK_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
}

static int flag(const char *file) {
    int before = errno;
    int found = file && !access(file, F_OK);
    errno = before;
    return found;
}

static int fails(const char *file, int error) {
    if (!flag(file)) {
        return 0;
    }
    errno = error;
    return 1;
}

static int is_under_folder(const char *path) {
    return folder && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

/* A copy of the absolute path, or NULL where it is not under the folder. */
static char *path_under_folder(const char *path) {
    char absolute[8192];
    if (!folder || !path) {
        return NULL;
    }
    if (path[0] == '/') {
        return is_under_folder(path) ? strdup(path) : NULL;
    }
    int before = errno;
    size_t length = getcwd(absolute, sizeof absolute / 2) ? strlen(absolute) : 0;
    errno = before;
    snprintf(absolute + length, sizeof absolute - length, "/%s", path);
    return is_under_folder(absolute) ? strdup(absolute) : NULL;
}

static char *path_of(int file) {
    pthread_once(&once, setup);
    return file >= 0 && file < MAX_FILES ? paths[file] : NULL;
}

static int is_logged(const char *path) {
    size_t length = strlen(path);
    return log_file >= 0 && (length < 4 || strcmp(path + length - 4, "-shm"));
}

/* Call it with `order` held. */
static void append(char type, const char *path, uint64_t position, const void *data, uint32_t data_length) {
    const char *relative = path[folder_length] ? path + folder_length + 1 : "";
    struct header header = {type, strlen(relative), position, data_length};
    struct iovec parts[] = {
        {&header, sizeof header}, {(void *)relative, header.path_length}, {(void *)data, data_length}};
    ssize_t total = sizeof header + header.path_length + data_length;
    if (writev(log_file, parts, 3) != total) {
        die("DISK_LOG");
    }
    log_length += total;
}

static int open_file(const char *path, int flags, mode_t mode) {
    pthread_once(&once, setup);
    char *ours = path_under_folder(path);
    if (!ours) {
        return real_open(path, flags, mode);
    }
    if ((flags & (O_CREAT | O_TRUNC)) && access(path, F_OK) && fails(read_only_while, EROFS)) {
        free(ours);
        return -1;
    }
    pthread_mutex_lock(&order);
    int is_new = (flags & O_CREAT) && access(path, F_OK);
    int file = real_open(path, flags, mode);
    int error = errno;
    if (file >= 0 && is_logged(ours)) {
        if (is_new) {
            append('C', ours, 0, NULL, 0);
        } else if (flags & O_TRUNC) {
            append('T', ours, 0, NULL, 0);
        }
    }
    if (file >= 0 && file < MAX_FILES) {
        free(paths[file]);
        paths[file] = ours;
    } else {
        free(ours);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return file;
}

EXPORT int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_file(path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_file(path, flags | O_LARGEFILE, mode);
}

EXPORT int close(int file) {
    if (path_of(file)) {
        pthread_mutex_lock(&order);
        free(paths[file]);
        paths[file] = NULL;
        pthread_mutex_unlock(&order);
    }
    return real_close(file);
}

static ssize_t write_file(int file, const void *data, size_t length, off64_t offset, int has_offset) {
    const char *path = path_of(file);
    if (path && (fails(full_while, ENOSPC) || fails(read_only_while, EROFS))) {
        return -1;
    }
    if (!path || !is_logged(path)) {
        return has_offset ? real_pwrite(file, data, length, offset) : real_write(file, data, length);
    }
    pthread_mutex_lock(&order);
    off64_t position = has_offset ? offset : lseek64(file, 0, SEEK_CUR);
    ssize_t written = has_offset ? real_pwrite(file, data, length, offset) : real_write(file, data, length);
    int error = errno;
    if (written > 0) {
        append('W', path, position, data, written);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return written;
}

EXPORT ssize_t write(int file, const void *data, size_t length) {
    return write_file(file, data, length, 0, 0);
}

EXPORT ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return write_file(file, data, length, offset, 1);
}

EXPORT ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    return write_file(file, data, length, offset, 1);
}

static int truncate_file(int file, off64_t length) {
    const char *path = path_of(file);
    if (path && fails(read_only_while, EROFS)) {
        return -1;
    }
    if (!path || !is_logged(path)) {
        return real_ftruncate(file, length);
    }
    pthread_mutex_lock(&order);
    int result = real_ftruncate(file, length);
    int error = errno;
    if (!result) {
        append('T', path, length, NULL, 0);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return result;
}

EXPORT int ftruncate(int file, off_t length) {
    return truncate_file(file, length);
}

EXPORT int ftruncate64(int file, off64_t length) {
    return truncate_file(file, length);
}

EXPORT int unlink(const char *path) {
    pthread_once(&once, setup);
    char *ours = path_under_folder(path);
    if (!ours) {
        return real_unlink(path);
    }
    if (fails(read_only_while, EROFS)) {
        free(ours);
        return -1;
    }
    pthread_mutex_lock(&order);
    int result = real_unlink(path);
    int error = errno;
    if (!result && is_logged(ours)) {
        append('U', ours, 0, NULL, 0);
    }
    pthread_mutex_unlock(&order);
    free(ours);
    errno = error;
    return result;
}

static int sync_file(int file, int (*real_sync)(int)) {
    const char *path = path_of(file);
    if (!path) {
        return real_sync(file);
    }
    if (fails(sync_fails_while, EIO)) {
        return -1;
    }
    pthread_mutex_lock(&order);
    uint64_t begin = log_length;
    pthread_mutex_unlock(&order);
    if (sync_delay > 0) {
        usleep(sync_delay);
    }
    int result = real_sync(file);
    int error = errno;
    if (!result && is_logged(path)) {
        struct stat status;
        int is_folder = !fstat(file, &status) && S_ISDIR(status.st_mode);
        pthread_mutex_lock(&order);
        append(is_folder ? 'D' : 'S', path, begin, NULL, 0);
        pthread_mutex_unlock(&order);
    }
    errno = error;
    return result;
}

EXPORT int fsync(int file) {
    pthread_once(&once, setup);
    return sync_file(file, real_fsync);
}

EXPORT int fdatasync(int file) {
    pthread_once(&once, setup);
    return sync_file(file, real_fdatasync);
}
