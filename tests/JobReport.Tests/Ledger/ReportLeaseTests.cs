using System.Text;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class ReportLeaseTests
{
    private static readonly DateTimeOffset Now = LedgerTests.T0;

    [Fact]
    public void One_pass_holds_the_lease_until_it_releases_it_or_it_expires()
    {
        var lease = ReportLease.Empty.Acquired("one", Now.AddMinutes(7));
        lease.IsFreeFor("one", Now).ShouldBeTrue();
        lease.IsFreeFor("two", Now).ShouldBeFalse();
        lease.IsFreeFor("two", Now.AddMinutes(7)).ShouldBeTrue();
        lease.Released("two", 3, null, Now).Holder.ShouldBe("one");
        lease.Released("one", 3, null, Now).IsFreeFor("two", Now).ShouldBeTrue();
    }

    [Fact]
    public void What_was_made_is_remembered_for_an_hour()
    {
        var lease = ReportLease.Empty.Released("one", 3, null, Now).Released("two", 0, null, Now.AddMinutes(10));
        lease = lease.Released("three", 4, null, Now.AddMinutes(30));
        lease.CreatedLately(Now.AddMinutes(31)).ShouldBe(7);
        lease.CreatedLately(Now.AddMinutes(61)).ShouldBe(4);
        lease.Released("four", 0, null, Now.AddMinutes(95)).Spent.ShouldBeEmpty();
    }

    [Fact]
    public void A_closed_lease_opens_when_the_limits_hour_is_over_and_a_wrong_clock_cannot_close_it_for_ever()
    {
        var lease = ReportLease.Empty.Released("one", 0, Now.AddMinutes(40), Now);
        lease.IsFreeFor("two", Now.AddMinutes(39)).ShouldBeFalse();
        lease.IsFreeFor("two", Now.AddMinutes(40)).ShouldBeTrue();
        ReportLease.Empty.Released("one", 0, Now.AddDays(3), Now).IsFreeFor("two", Now).ShouldBeTrue();
    }

    [Fact]
    public void It_is_read_back_as_it_was_written_and_rubbish_is_a_free_lease()
    {
        var lease = ReportLease.Empty.Released("zero", 5, Now.AddMinutes(20), Now).Acquired("one", Now.AddMinutes(7));
        var again = ReportLease.Read(Encoding.UTF8.GetString(lease.Write()));
        again.Write().ShouldBe(lease.Write());
        again.Holder.ShouldBe("one");
        again.ClosedUntil.ShouldBe(Now.AddMinutes(20));
        ReportLease.Read("no json").IsFreeFor("x", Now).ShouldBeTrue();
        ReportLease.Read(null).Spent.ShouldBeEmpty();
    }
}
