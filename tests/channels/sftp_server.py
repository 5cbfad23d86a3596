"""A real SFTP server on the loopback: one folder, one account, its own key."""

from __future__ import annotations

import contextlib
import os
import socket
import threading

import paramiko


class Door(paramiko.ServerInterface):
    """Let the account `house` in."""

    def check_auth_password(self, username, password):
        good = (username, password) == ("house", "sample")
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username):
        return "password"


class Folder(paramiko.SFTPServerInterface):
    """Serve one folder."""

    root = ""

    def _real(self, path):
        return self.root + self.canonicalize(path)

    def list_folder(self, path):
        return [paramiko.SFTPAttributes.from_stat(os.stat(self._real(path)), path)]

    def stat(self, path):
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._real(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def mkdir(self, path, attr):
        os.mkdir(self._real(path))
        return paramiko.SFTP_OK

    def posix_rename(self, oldpath, newpath):
        os.replace(self._real(oldpath), self._real(newpath))
        return paramiko.SFTP_OK

    def open(self, path, flags, attr):
        handle = paramiko.SFTPHandle(flags)
        handle.writefile = handle.readfile = os.fdopen(os.open(self._real(path), flags, 0o600), "r+b")
        return handle


@contextlib.contextmanager
def sftp(root):
    """Run the server and give its port and its line for a file of known hosts."""
    key, transports, listener = paramiko.ECDSAKey.generate(), [], socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    served = type("Served", (Folder,), {"root": str(root)})

    def serve():
        with contextlib.suppress(OSError):
            while True:
                transport = paramiko.Transport(listener.accept()[0])
                transports.append(transport)
                transport.add_server_key(key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, served)
                with contextlib.suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=Door())

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield port, f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in transports:
            transport.close()
