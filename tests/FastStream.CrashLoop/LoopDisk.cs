using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastStream.CrashLoop;

/// <summary>
/// A small disk of its own: an image file behind a loop device, with a real file system on it, whose power can be cut
/// and which can be filled; or a tmpfs, which can only be filled. Needs root, loop devices and mkfs; where one is
/// missing <see cref="TryCreate"/> says which.
/// </summary>
internal sealed class LoopDisk : IDisposable
{
    /// <summary>Not a disk at all: what it holds is gone with the machine.</summary>
    public const string Tmpfs = "tmpfs";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly string? _image;
    private readonly string _device;
    private readonly string _fileSystem;
    private string? _data;

    private LoopDisk(string? image, string device, string fileSystem, string mountPoint)
    {
        _image = image;
        _device = device;
        _fileSystem = fileSystem;
        MountPoint = mountPoint;
    }

    /// <summary>Where the file system is, between <see cref="Mount"/> and <see cref="Unmount"/>.</summary>
    public string MountPoint { get; }

    /// <summary>A mounted, empty disk; or null and the reason.</summary>
    public static LoopDisk? TryCreate(string folder, string fileSystem, long bytes, out string reason)
    {
        if (!OperatingSystem.IsLinux() || LinuxCalls.EffectiveUser() != 0)
        {
            reason = "only root on Linux may mount a disk of its own";
            return null;
        }

        string mountPoint = Directory.CreateDirectory(Path.Combine(folder, "disk")).FullName;
        if (fileSystem == Tmpfs)
        {
            return Mounted(new LoopDisk(null, Tmpfs, fileSystem, mountPoint) { _data = $"size={bytes}" }, out reason);
        }

        string image = Path.Combine(folder, $"{fileSystem}.img");
        using (FileStream file = new(image, FileMode.Create))
        {
            file.SetLength(bytes);
        }

        string[] quiet = fileSystem == "ext4" ? ["-q", "-F", "-m", "0"] : ["-q", "-f"];
        if (!TryRun($"mkfs.{fileSystem}", [.. quiet, image], out string output))
        {
            reason = $"no {fileSystem} can be made: {output}";
            return null;
        }

        if (!TryRun("losetup", ["--find", "--show", image], out output))
        {
            reason = $"no loop device: {output}";
            return null;
        }

        return Mounted(new LoopDisk(image, output.Trim(), fileSystem, mountPoint), out reason);
    }

    /// <summary>Mounts it; the file system replays its own log.</summary>
    public void Mount()
    {
        if (!TryMount(out int error))
        {
            throw new IOException($"{_device} does not mount on {MountPoint} any more: error {error}");
        }
    }

    /// <summary>Cuts the power: what has not reached the device never will.</summary>
    public void CutPower()
    {
        int descriptor = LinuxCalls.Open(MountPoint, LinuxCalls.ReadOnly, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{MountPoint} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        }

        uint how = LinuxCalls.WithoutLogFlush;
        int result = LinuxCalls.Control(descriptor, LinuxCalls.FileSystemShutdown, ref how);
        int error = Marshal.GetLastPInvokeError();
        LinuxCalls.Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{_fileSystem} at {MountPoint} cannot be shut down: error {error}");
        }
    }

    /// <summary>Unmounts it, once nobody has a file open there.</summary>
    public void Unmount()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (IsMounted())
        {
            if (LinuxCalls.Unmount(MountPoint, 0) != 0 && watch.Elapsed > s_deadline)
            {
                throw new IOException($"{MountPoint} does not unmount: error {Marshal.GetLastPInvokeError()}");
            }

            Thread.Yield();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        const int Lazily = 2;
        if (IsMounted())
        {
            _ = LinuxCalls.Unmount(MountPoint, Lazily);
        }

        if (_image is not null)
        {
            TryRun("losetup", ["-d", _device], out _);
            File.Delete(_image);
        }
    }

    /// <summary>Takes all space but so many bytes, until what comes back is disposed.</summary>
    public Ballast Fill(long bytesLeft)
    {
        long free = new DriveInfo(MountPoint).AvailableFreeSpace;
        return new Ballast(Path.Combine(MountPoint, "ballast"), Math.Max(0, free - bytesLeft));
    }

    private static LoopDisk? Mounted(LoopDisk disk, out string reason)
    {
        if (disk.TryMount(out int error))
        {
            reason = "";
            return disk;
        }

        reason = $"a {disk._fileSystem} on {disk._device} cannot be mounted: error {error}";
        disk.Dispose();
        return null;
    }

    // Not by stat: a file system that has been shut down answers it with an error and is mounted all the same.
    private bool IsMounted() => File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == MountPoint);

    private bool TryMount(out int error)
    {
        int result = LinuxCalls.Mount(_device, MountPoint, _fileSystem, 0, _data);
        error = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        return result == 0;
    }

    private static bool TryRun(string program, string[] arguments, out string output)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd() + error.Result;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            output = missing.Message;
            return false;
        }
    }
}
